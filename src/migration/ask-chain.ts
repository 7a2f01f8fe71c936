import { callOf } from "../chains/ethereum/call-of.ts";
import { loadEthers } from "../chains/ethereum/ethers.ts";
import { answerIn, refusal } from "../chains/ethereum/node-errors.ts";
import { quantity } from "../chains/ethereum/quantity.ts";
import { kip17MigratedAbi } from "../contracts/generated/kip17-migrated-abi.ts";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { Intent } from "../ports/intent.ts";
import type { BlockName } from "./types.ts";

/** A name of the new contract's that is called without arguments, or with some. */
type View = Extract<(typeof kip17MigratedAbi)[number], { type: "function"; stateMutability: "view" }>["name"];

/** Reads the new contract's state. @throws as `ChainAdapter.read`. */
export async function readNew(
  chain: ChainAdapter,
  address: string,
  view: View,
  args: readonly unknown[] = [],
): Promise<unknown> {
  return await chain.read({ to: address, abi: kip17MigratedAbi, function: view, args });
}

/**
 * What the node thinks that the intent's transaction takes.
 *
 * @throws `ERR_CHAIN_REVERTED` it would be refused; `ERR_CHAIN_INTENT_INVALID`, `ERR_RPC_*`.
 */
export async function estimateGas(chain: ChainAdapter, intent: Intent, from: string): Promise<bigint> {
  const encoded = await chain.encode(intent);
  try {
    const answer = await chain.transport.request({ method: "eth_estimateGas", params: [callOf(encoded, from)] });
    return quantity(answer, "gas estimate");
  } catch (error) {
    throw refusal(await loadEthers(), error, encoded.errors);
  }
}

/**
 * Kaia's computation cost of the intent's transaction; undefined where the node cannot tell: it is of another kind, or closes that method.
 *
 * @throws `ERR_RPC_*` the node could not be asked.
 */
export async function estimateComputation(
  chain: ChainAdapter,
  intent: Intent,
  from: string,
): Promise<bigint | undefined> {
  const call = callOf(await chain.encode(intent), from);
  try {
    const params = [call, "latest"];
    const answer = await chain.transport.request({ method: "kaia_estimateComputationCost", params });
    return quantity(answer, "computation cost");
  } catch (error) {
    if (answerIn(error) !== undefined) return undefined;
    throw error;
  }
}

/** What a unit of gas costs now. */
export async function gasPriceNow(chain: ChainAdapter): Promise<bigint> {
  return quantity(await chain.transport.request({ method: "eth_gasPrice", params: [] }), "gas price");
}

/** The head of a chain, as results name blocks. */
export async function headOf(chain: ChainAdapter): Promise<BlockName> {
  const { number, hash } = await chain.head();
  return { number: String(number), hash };
}

/** @throws `ERR_CHAIN_ID_MISMATCH` the chain at hand is not the plan's. */
export function requireChain(chain: ChainAdapter, plannedId: string): void {
  if (String(chain.chainId) === plannedId) return;
  throw new LatchkeyError(
    "ERR_CHAIN_ID_MISMATCH",
    `The plan is for chain ${plannedId}, and "${chain.name}" is chain ${String(chain.chainId)}. Nothing was sent; take the chain of the plan, or plan anew.`,
    { context: { chain: chain.name, planned: plannedId, configured: chain.chainId } },
  );
}

/** Whether the contract's refusal is this error of its own, such as `KIP17AlreadyMigrated`. */
export function isRefusal(error: unknown, name: string): boolean {
  if (!isLatchkeyError(error, "ERR_CHAIN_REVERTED")) return false;
  return String(error.context["reason"]).startsWith(`${name}(`);
}
