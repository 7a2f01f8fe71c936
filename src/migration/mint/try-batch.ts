import { callOf } from "../../chains/ethereum/call-of.ts";
import { toQuantity } from "../../chains/ethereum/chain-state.ts";
import { loadEthers } from "../../chains/ethereum/ethers.ts";
import { refusal } from "../../chains/ethereum/node-errors.ts";
import type { CommittedToken } from "../../contracts/leaf.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import type { Intent } from "../../ports/intent.ts";
import { estimateComputation, estimateGas, isRefusal, readNew } from "../ask-chain.ts";
import { impossible } from "../plan/refusals.ts";
import type { BatchToMint } from "../plan/plan-batches.ts";
import type { PlanResult } from "../types.ts";

/**
 * Whether a batch may be in already, at its first and its last id: two questions, where to try the batch takes the node as long as to mint
 * it. A part may be in without that showing here, and does no harm.
 *
 * @throws `ERR_RPC_*`.
 */
export async function isTouched(chain: ChainAdapter, address: string, { tokens }: BatchToMint): Promise<boolean> {
  for (const token of [tokens[0], tokens.at(-1)]) {
    if (token === undefined) continue;
    if (await isIn(chain, address, token)) return true;
  }
  return false;
}

async function isIn(chain: ChainAdapter, address: string, { id }: CommittedToken): Promise<boolean> {
  if ((await readNew(chain, address, "isReserved", [id])) === true) return true;
  try {
    await readNew(chain, address, "ownerOf", [id]);
    return true;
  } catch (error) {
    if (isLatchkeyError(error, "ERR_CHAIN_REVERTED")) return false;
    throw error;
  }
}

/**
 * Whether anything of a batch is left to be done, as the contract itself says by a call that is not sent.
 *
 * @param from - any address: it is nobody's right to bring a batch in.
 * @throws `ERR_CHAIN_REVERTED` the contract refuses it for another reason; `ERR_RPC_*`.
 */
export async function isSettled(
  chain: ChainAdapter,
  intent: Intent,
  from: string,
  batch: BatchToMint,
): Promise<boolean> {
  const encoded = await chain.encode(intent);
  const call = { ...callOf(encoded, from), gas: toQuantity(BigInt(batch.gas)) };
  try {
    await chain.transport.request({ method: "eth_call", params: [call, "latest"] });
    return false;
  } catch (error) {
    const refused = refusal(await loadEthers(), error, encoded.errors);
    if (isRefusal(refused, "KIP17AlreadyMigrated")) return true;
    // A node may allow a call less gas than a transaction: an estimate tells what it takes.
    await requireGas(chain, intent, from, batch);
    return false;
  }
}

async function requireGas(
  chain: ChainAdapter,
  intent: Intent,
  from: string,
  { gas, index }: BatchToMint,
): Promise<void> {
  const estimate = await estimateGas(chain, intent, from);
  if (estimate <= BigInt(gas)) return;
  throw impossible(
    `Batch ${String(index)} takes ${String(estimate)} gas by the node's estimate, and was planned for ${gas}. Plan anew with a lower limit for gas, and deploy again.`,
    { batch: index, estimate },
  );
}

/**
 * Asks a node of Kaia's for a batch's computation cost: a transaction above the limit fails and burns all its gas, and neither call nor
 * estimate shows it. Nodes that do not know the question are not asked anything else.
 *
 * @throws `ERR_MIGRATION_PLAN_IMPOSSIBLE` it would not fit; `ERR_RPC_*`.
 */
export async function requireComputation(
  chain: ChainAdapter,
  intent: Intent,
  from: string,
  { index }: BatchToMint,
  { limits }: PlanResult,
): Promise<void> {
  if (limits.computation === null) return;
  const cost = await estimateComputation(chain, intent, from);
  if (cost === undefined || cost <= BigInt(limits.computation)) return;
  throw impossible(
    `Batch ${String(index)} has a computation cost of ${String(cost)} by the node, above the limit of ${limits.computation}. Plan anew with a lower limit for it, and deploy again.`,
    { batch: index, cost },
  );
}
