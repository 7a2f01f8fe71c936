import type { FeeOffer, PreparedTransaction } from "../../ports/chain-adapter.ts";
import type { EncodedIntent } from "../../ports/intent.ts";
import { callOf } from "../ethereum/call-of.ts";
import { requireAffordable } from "../ethereum/fees.ts";
import { refusal } from "../ethereum/node-errors.ts";
import { badResponse } from "../ethereum/quantity.ts";
import type { CheckedIntent } from "./checked-intent.ts";
import { gasWorthAsking, kaiaGas, requireComputable, requireFunds, shares } from "./fees.ts";
import { actionOf, callsContract, requireFitting } from "./intent.ts";
import type { KaiaNode } from "./node.ts";
import { offerNow } from "./offer.ts";
import { preparedOf } from "./prepared.ts";
import { ethereumTransaction, kaiaTransaction, type Tools } from "./transaction.ts";

export interface PrepareParts extends Tools {
  readonly node: KaiaNode;
  /** Makes sure of the node before it is asked for anything. */
  readonly identify: () => Promise<void>;
  readonly isContract: (address: string) => Promise<boolean>;
  readonly chainId: number;
  /** Kei a unit of gas. */
  readonly maxFeePerGas: bigint;
}

/**
 * Asks the node for what is not given, and builds the transaction to sign. With nonce, gas limit and fee given, the one question left
 * is whether there is a contract at the destination, where that decides the type or refuses a memo.
 */
export async function prepareTransaction(parts: PrepareParts, checked: CheckedIntent): Promise<PreparedTransaction> {
  const { intent, from, payment, given } = checked;
  const { feePayer: payer } = payment;
  const { value } = intent;
  const { committed = 0n } = given;
  const isAsking = given.nonce === undefined || given.gasLimit === undefined || given.fee === undefined;
  const isDestinationAsked = asksForDestination(checked, isAsking);
  if (isAsking || isDestinationAsked) await parts.identify();
  const { node } = parts;
  const [nonce, balance, payerBalance, isContract] = await Promise.all([
    given.nonce ?? node.nonceOf(from),
    isAsking ? node.balanceOf(from) : undefined,
    isAsking && payer !== undefined ? node.balanceOf(payer.address) : undefined,
    isDestinationAsked && intent.to !== null && parts.isContract(intent.to),
  ]);
  if (balance !== undefined) requireFunds("account", balance, value + committed);
  if (!Number.isSafeInteger(nonce)) throw badResponse("transaction count");
  if (isDestinationAsked) requireFitting(intent, isContract);

  const gas = given.gasLimit ?? (await gasFor(parts, checked));
  const fee = await offerFor(parts, checked);
  // Who pays for itself pays both parts.
  const maxFee = shares(gas * fee.perGas, payer?.address === from ? undefined : payer);
  if (balance !== undefined) requireFunds("account", balance, value + maxFee.sender + committed);
  if (payer !== undefined && payerBalance !== undefined) requireFunds("fee payer", payerBalance, maxFee.payer);

  const common = { from, chainId: parts.chainId, nonce, gas };
  const unsigned = checked.isKaiaTyped
    ? kaiaTransaction(parts, { ...common, gasPrice: fee.perGas }, actionOf(intent, isContract), payer)
    : ethereumTransaction(
        parts,
        { ...common, maxFeePerGas: fee.perGas, maxPriorityFeePerGas: fee.tip },
        { to: intent.to, value, input: intent.data },
      );
  return preparedOf(unsigned, { from, nonce, gasLimit: gas, fee, maxFee, payer });
}

/** A call where there is no contract keeps the value and does nothing; whoever gives all has found that out before. */
function asksForDestination({ intent, isKaiaTyped }: CheckedIntent, isAsking: boolean): boolean {
  const { kind, to } = intent;
  if (to === null || kind === "cancel") return false;
  return isKaiaTyped || kind === "memo" || (isAsking && callsContract(kind));
}

async function gasFor(parts: PrepareParts, { intent, from, payment }: CheckedIntent): Promise<bigint> {
  const { feePayer: payer } = payment;
  const form = payer === undefined ? "plain" : payer.ratio === undefined ? "delegated" : "ratio";
  return kaiaGas(intent.kind === "cancel" ? 21_000n : await estimateGas(parts, intent, from), form);
}

async function offerFor({ node, maxFeePerGas }: PrepareParts, checked: CheckedIntent): Promise<FeeOffer> {
  const { given, isKaiaTyped } = checked;
  if (given.fee === undefined) return await offerNow(node, isKaiaTyped, given.speed, maxFeePerGas);
  const { perGas, tip } = given.fee;
  requireAffordable(given.fee, maxFeePerGas);
  return { perGas, tip: isKaiaTyped ? 0n : tip };
}

async function estimateGas({ node, ethers }: PrepareParts, intent: EncodedIntent, from: string): Promise<bigint> {
  const call = callOf(intent, from);
  try {
    const estimate = await node.estimateGas(call);
    if (estimate >= gasWorthAsking) requireComputable((await node.computationCost(call)) ?? 0n);
    return estimate;
  } catch (error) {
    throw refusal(ethers, error, intent.errors);
  }
}
