import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { badResponse } from "../ethereum/quantity.ts";

/** Kaia takes no transaction that asks for more gas. */
export const mostGas = 500_000_000n;
const delegationGas = 10_000n;
const ratioGas = 15_000n;

/**
 * The gas to allow. The node's estimate leaves out what fee delegation costs: 10,000, and 15,000 with a ratio.
 * A fifth more than the estimate, since state moves between estimate and block; a bare transfer's 21,000 is exact.
 *
 * @throws `ERR_RPC_BAD_RESPONSE` an estimate that no transaction has.
 */
export function kaiaGas(estimate: bigint, form: "plain" | "delegated" | "ratio"): bigint {
  if (estimate < 21_000n || estimate > mostGas) throw badResponse("gas estimate");
  const extra = form === "plain" ? 0n : form === "delegated" ? delegationGas : ratioGas;
  const padded = (estimate === 21_000n ? estimate : estimate + estimate / 5n) + extra;
  return padded < mostGas ? padded : mostGas;
}

/** What each pays of a fee. The fee payer's part is rounded down to a whole kei. */
export function shares(
  fee: bigint,
  payer: { readonly ratio: number | undefined } | undefined,
): { sender: bigint; payer: bigint } {
  if (payer === undefined) return { sender: fee, payer: 0n };
  const ofPayer = payer.ratio === undefined ? fee : (fee * BigInt(payer.ratio)) / 100n;
  return { sender: fee - ofPayer, payer: ofPayer };
}

/** @throws `ERR_CHAIN_INSUFFICIENT_FUNDS`. */
export function requireFunds(who: "account" | "fee payer", balance: bigint, needed: bigint): void {
  if (balance >= needed) return;
  throw new LatchkeyError(
    "ERR_CHAIN_INSUFFICIENT_FUNDS",
    `The ${who} has ${String(balance)} and may need ${String(needed)} kei. Nothing was signed; fund it first.`,
    { context: { who, balance, needed } },
  );
}

/** A transaction's computation may cost this much at most (150,000,000), less one percent: estimate and block differ a little. */
const mostComputation = 148_500_000n;
/** Below this much gas no transaction comes near the limit: the dearest instruction costs 100 a unit of gas. */
export const gasWorthAsking = 1_000_000n;

/**
 * Above the limit a transaction is mined, reverted, and pays for all the gas it allowed; estimates do not see it.
 *
 * @throws `ERR_CHAIN_COMPUTATION_COST`.
 */
export function requireComputable(cost: bigint): void {
  if (cost <= mostComputation) return;
  throw new LatchkeyError(
    "ERR_CHAIN_COMPUTATION_COST",
    `This would cost ${String(cost)} of computation, and Kaia allows 150,000,000 a transaction. Nothing was signed; do it in several transactions.`,
    { context: { cost, most: mostComputation } },
  );
}
