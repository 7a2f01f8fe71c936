import { badResponse, isHash, quantity } from "../../chains/ethereum/quantity.ts";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { toHex } from "../../inspection/simulation/pinned-block.ts";
import type { Transport } from "../../ports/transport.ts";
import { isRecord } from "../../units/is-record.ts";
import { askPatiently, type Patience } from "../read/patience.ts";
import type { BlockName } from "../types.ts";

/** @throws `ERR_RPC_*`. */
export async function chainIdOf(transport: Transport, patience: Patience): Promise<bigint> {
  return quantity(await ask(transport, "eth_chainId", [], patience), "chain id");
}

/**
 * The block that is looked at: the one that is named, otherwise the newest one whose number is a multiple of `multipleOf`.
 *
 * @throws `ERR_CONFIG_INVALID` there is no such block; `ERR_RPC_*`.
 */
export async function pinnedFor(
  transport: Transport,
  { block, multipleOf = 1n }: { readonly block?: bigint; readonly multipleOf?: bigint },
  patience: Patience,
): Promise<BlockName & { readonly at: bigint }> {
  if (multipleOf < 1n || (block !== undefined && block < 0n))
    throw invalid("has to be a number from 0, and a multiple of one from 1");
  const head = quantity(await ask(transport, "eth_blockNumber", [], patience), "block number");
  const at = block ?? head - (head % multipleOf);
  if (at > head) throw invalid("is not on the chain yet, or no longer on this node");
  const hash = await hashOf(transport, at, patience);
  if (hash === undefined) throw invalid("is not on the chain yet, or no longer on this node");
  return { number: String(at), hash, at };
}

/** @throws `ERR_RPC_NODE_FAULT`, retryable: the chain has another block in its place; `ERR_RPC_*`. */
export async function confirmPinned(
  transport: Transport,
  { number, hash }: BlockName,
  patience: Patience,
): Promise<void> {
  if ((await hashOf(transport, BigInt(number), patience)) === hash) return;
  throw new LatchkeyError(
    "ERR_RPC_NODE_FAULT",
    `Block ${number} was exchanged for another while it was looked at, so the snapshot was discarded. Nothing was sent; take it again, of an older block.`,
    { context: { origin: transport.origin, fault: "node", block: number } },
  );
}

async function hashOf(transport: Transport, block: bigint, patience: Patience): Promise<string | undefined> {
  const answer = await ask(transport, "eth_getBlockByNumber", [toHex(block), false], patience);
  if (answer === null) return undefined;
  const { number, hash } = isRecord(answer) ? answer : {};
  if (!isHash(hash) || quantity(number, "block number") !== block) throw badResponse("block");
  return hash.toLowerCase();
}

async function ask(
  transport: Transport,
  method: string,
  params: readonly unknown[],
  patience: Patience,
): Promise<unknown> {
  const [settled] = await askPatiently(transport, [{ method, params }], () => false, patience);
  if (settled?.status === "rejected") throw settled.reason;
  return settled?.value;
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `The block of the snapshot ${what}. Nothing was written.`);
}
