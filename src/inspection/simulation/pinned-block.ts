import { isRecord } from "../../units/is-record.ts";
import { badResponse, isHash, quantity } from "../../chains/ethereum/quantity.ts";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";

/** How a request names the block: by hash (EIP-1898) where the node knows that, otherwise by number. */
export type BlockTag = Hex | { readonly blockHash: Hex };

/** The one block that every answer of a report is about. */
export interface PinnedBlock {
  readonly number: bigint;
  readonly hash: Hex;
  /** Seconds since 1970. */
  readonly timestamp: bigint;
  readonly tag: BlockTag;
}

const noBlock = `0x${"f".repeat(64)}` as const;
const nobody = `0x${"0".repeat(40)}`;

/**
 * Fixes the block that is looked at.
 *
 * @param block - its number, or the latest.
 * @throws `ERR_CONFIG_INVALID` the node has no such block; `ERR_RPC_*`.
 */
export async function pinBlock(transport: Transport, block: bigint | "latest" = "latest"): Promise<PinnedBlock> {
  if (block !== "latest" && (typeof block !== "bigint" || block < 0n || block >= 2n ** 63n)) {
    throw invalid("has to be a bigint from 0, or the word latest");
  }
  const { number, hash, timestamp } = await header(transport, block === "latest" ? block : toHex(block));
  if (block !== "latest" && number !== block) throw badResponse("block");
  const isByHash = await knowsHashes(transport, hash);
  return { number, hash, timestamp, tag: isByHash ? { blockHash: hash } : toHex(number) };
}

/**
 * Whether the chain still has the block. Answers to a request by number may otherwise be about another one.
 *
 * @throws `ERR_RPC_NODE_FAULT`, retryable, if not; `ERR_RPC_*`.
 */
export async function confirmBlock(transport: Transport, { number, hash }: PinnedBlock): Promise<void> {
  const now = await header(transport, toHex(number));
  if (now.hash.toLowerCase() === hash.toLowerCase()) return;
  throw new LatchkeyError(
    "ERR_RPC_NODE_FAULT",
    `Block ${String(number)} was exchanged for another while it was looked at, so the answers were discarded. Nothing was sent; ask again, for an older block.`,
    { context: { origin: transport.origin, fault: "node", block: number } },
  );
}

/** A quantity as JSON-RPC writes it. */
export function toHex(value: bigint): Hex {
  return `0x${value.toString(16)}`;
}

async function header(transport: Transport, tag: string): Promise<Pick<PinnedBlock, "number" | "hash" | "timestamp">> {
  const block = await transport.request({ method: "eth_getBlockByNumber", params: [tag, false] });
  if (block === null) throw invalid("is not on the chain yet, or no longer on this node");
  if (!isRecord(block)) throw badResponse("block");
  const { hash } = block;
  // A pending block has none.
  if (!isHash(hash)) throw badResponse("block hash");
  return {
    number: quantity(block["number"], "block number"),
    hash,
    timestamp: quantity(block["timestamp"], "block timestamp"),
  };
}

/** A node that knows EIP-1898 answers for the block and refuses one that is not there; others refuse both, or look at neither. */
async function knowsHashes(transport: Transport, hash: Hex): Promise<boolean> {
  return (await answersFor(transport, hash)) && !(await answersFor(transport, noBlock));
}

async function answersFor(transport: Transport, blockHash: Hex): Promise<boolean> {
  try {
    const answer = await transport.request({ method: "eth_getBalance", params: [nobody, { blockHash }] });
    return typeof answer === "string";
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Whether the node answered, with an error: it was reached, and did not do what it was asked. */
export function isRefusal(error: unknown): error is LatchkeyError {
  if (!isLatchkeyError(error)) return false;
  return typeof error.context["rpcCode"] === "number" && error.code !== "ERR_RPC_RATE_LIMITED";
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `The block to look at ${what}. Nothing was sent.`);
}
