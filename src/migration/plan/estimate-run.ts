import type { ChainProfile } from "../../ports/chain-profile.ts";
import type { PlannedBatch, PlanResult } from "../types.ts";

/** Sent by one account and not in a block yet. More in flight gain nothing, and a node's pool that is full takes 16. */
export const inFlightOfSender = 4;

/** Blocks below the head where only the tag `finalized` tells: two epochs of Ethereum's. */
const blocksToTag = 64;

/** In base units, at half the price, at the price, and at twice the price. */
export function feesAt(gas: bigint, perGas: bigint): PlanResult["fees"] {
  return [perGas / 2n, perGas, perGas * 2n].map((price) => ({ perGas: String(price), total: String(price * gas) }));
}

/** How long deployment and mint take, from the chain's block time, what a block holds, and when blocks are final. */
export function secondsFor(
  profile: ChainProfile,
  batches: readonly PlannedBatch[],
  senders: number,
  blockGas: bigint,
): number {
  const gas = batches.reduce((sum, batch) => sum + BigInt(batch.gas), 0n);
  const byGas = Number(gas / (blockGas > 0n ? blockGas : 1n)) + 1;
  const byFlight = Math.ceil(batches.length / (senders * inFlightOfSender));
  const { finality, blockTimeMs } = profile;
  const toFinal = finality.kind === "instant" ? 0 : finality.kind === "tag" ? blocksToTag : finality.blocks;
  // Once for the deployment, which the batches wait for, and once for the last of them.
  const blocks = 1 + toFinal + Math.max(byGas, byFlight) + toFinal;
  return Math.ceil((blocks * blockTimeMs) / 1000);
}
