import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { FeeOffer, PreparedTransaction, PrepareOptions } from "../ports/chain-adapter.ts";
import type { Signer } from "../ports/signer.ts";
import { type Candidate, type Funds, isTerminal, type Ready, type Sifted, type Signed } from "./candidates.ts";
import type { LaneParts } from "./lane-state.ts";
import type { StoredOptions } from "./record.ts";
import { troubleOf } from "./status.ts";

/** What the node was asked for, or what it said against it. */
export interface PreparedAll extends Sifted, Pick<Signed, "held"> {}

export async function prepareAll(
  parts: LaneParts,
  candidates: readonly Candidate[],
  firstNonce: number,
  funds: Funds,
): Promise<PreparedAll> {
  const { committed } = funds;
  const settled = await Promise.allSettled(
    candidates.map((candidate, index) => prepare(parts, candidate, firstNonce + index, committed)),
  );
  const ready: Ready[] = [];
  const refused: Signed["refused"][number][] = [];
  let spoken = committed;
  for (const [index, candidate] of candidates.entries()) {
    const outcome = settled[index];
    if (outcome === undefined) continue;
    let error: unknown;
    if (outcome.status === "fulfilled") {
      // What those before it take is not there for it any more, and the node has not seen them.
      spoken += candidate.record.payload.intent.value + outcome.value.maxFee;
      if (spoken <= funds.balance) {
        ready.push({ candidate, prepared: outcome.value });
        continue;
      }
      error = tooPoor(funds.balance, spoken);
    } else error = outcome.reason;
    if (!isTerminal(error)) {
      const needed = isLatchkeyError(error, "ERR_CHAIN_INSUFFICIENT_FUNDS") ? neededBy(error) : null;
      const held = { candidate, trouble: troubleOf(error), needed };
      return { ready: await moveUp(parts, ready, firstNonce), refused, held };
    }
    refused.push({ candidate, trouble: troubleOf(error) });
  }
  return { ready: refused.length === 0 ? ready : await moveUp(parts, ready, firstNonce), refused, held: undefined };
}

function neededBy(error: LatchkeyError): bigint {
  const { needed } = error.context;
  return typeof needed === "bigint" ? needed : 0n;
}

/** Gives each the nonce that is its own now. What the node was asked before is not asked again. */
export async function moveUp(parts: LaneParts, ready: readonly Ready[], firstNonce: number): Promise<readonly Ready[]> {
  return await Promise.all(
    ready.map(async ({ candidate, prepared }, index) => {
      if (prepared.nonce === firstNonce + index) return { candidate, prepared };
      const { gasLimit, fee } = prepared;
      const { intent, options } = candidate.record.payload;
      const again = await parts.chain.prepare(intent, candidate.sender.key.address, {
        ...prepareOptions(parts, options),
        nonce: firstNonce + index,
        gasLimit,
        fee,
      });
      return { candidate, prepared: again };
    }),
  );
}

async function prepare(
  parts: LaneParts,
  { record, sender }: Candidate,
  nonce: number,
  committed: bigint,
): Promise<PreparedTransaction> {
  const { intent, options } = record.payload;
  const base = prepareOptions(parts, options);
  const fee = underCeiling(await parts.view.fee(base), options.feeCeiling);
  return await parts.chain.prepare(intent, sender.key.address, { ...base, nonce, fee, committed });
}

/** @throws `ERR_TRANSACTION_OPTIONS_INVALID` the fee payer is a service account that is not registered here. */
export function prepareOptions({ source }: LaneParts, stored: StoredOptions): PrepareOptions {
  const { speed, gasLimit, feePayer, feeRatio, format } = stored;
  return {
    speed,
    ...(gasLimit === null ? {} : { gasLimit }),
    ...(feeRatio === null ? {} : { feeRatio }),
    ...(format === null ? {} : { format }),
    ...(feePayer === "chain" ? {} : { feePayer: feePayer === "none" ? null : payerNamed(source, feePayer.slice(8)) }),
  };
}

function payerNamed(source: LaneParts["source"], name: string): Signer {
  const signer = source.payer(name);
  if (signer !== undefined) return signer;
  throw new LatchkeyError(
    "ERR_TRANSACTION_OPTIONS_INVALID",
    `No service account "${name}" is registered in this process to pay the fee. Nothing was signed; call latchkey.service() wherever sends are worked on.`,
    { context: { name } },
  );
}

/**
 * What is offered under the caller's own ceiling.
 *
 * @throws `ERR_CHAIN_FEE_TOO_HIGH` the ceiling is far below what the node asks for.
 */
export function underCeiling(fee: FeeOffer, ceiling: bigint | null): FeeOffer {
  if (ceiling === null || fee.perGas <= ceiling) return fee;
  // An offer is up to twice the base fee: half of it may still be enough.
  if (2n * ceiling < fee.perGas) {
    throw new LatchkeyError(
      "ERR_CHAIN_FEE_TOO_HIGH",
      `A unit of gas costs more than the ceiling of ${String(ceiling)} base units. Nothing was signed; it is tried again as long as its deadline allows.`,
      { context: { offered: fee.perGas, ceiling } },
    );
  }
  return { perGas: ceiling, tip: fee.tip < ceiling ? fee.tip : ceiling };
}

function tooPoor(balance: bigint, needed: bigint): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INSUFFICIENT_FUNDS",
    `The account has ${String(balance)} and may need ${String(needed)} base units for value and fees. Nothing was signed; fund it first.`,
    { context: { balance, needed } },
  );
}
