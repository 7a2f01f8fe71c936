import { askAll, valueOf } from "../../chains/ethereum/ask-all.ts";
import { badResponse, quantity, smallQuantity } from "../../chains/ethereum/quantity.ts";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import { toHex } from "../../inspection/simulation/pinned-block.ts";
import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { isRecord } from "../../units/is-record.ts";
import { type Patience, pauseAfter } from "./patience.ts";

export interface LogOptions extends Patience {
  /** The most blocks in one request; as many as the node gives unless told. */
  readonly longest?: bigint;
}

export interface ReadLog {
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly block: bigint;
  /** Within its block. */
  readonly index: number;
}

/** The logs of a stretch of blocks, oldest first. */
export interface Stretch {
  readonly to: bigint;
  readonly logs: readonly ReadLog[];
}

/** Answers in a row after which a longer stretch is tried again. */
const goodRun = 24;
/** Some gateways cut an answer off at a round number, without a word. */
const roundNumber = 1000;
const failuresUntilShorter = 3;
/** More than that in one answer only take memory. */
const manyLogs = 2000;
const limits: readonly string[] = ["ERR_RPC_REJECTED", "ERR_RPC_TIMEOUT", "ERR_RPC_BAD_RESPONSE"];

/**
 * Reads the logs of a contract from the oldest block to the newest. Nodes limit a request by blocks, by results, by bytes or by time,
 * each with an error of its own, and some cut the answer off: a stretch that is refused, or that may have been cut, is asked for in
 * halves. A node that does not know the stretch's last block yet is waited for: it would leave out what it does not know.
 *
 * @param topics - any of these as a log's first topic.
 * @throws `ERR_RPC_*` the node does not give them, though it was asked again.
 */
export async function* logsIn(
  transport: Transport,
  query: { readonly address: string; readonly topics: readonly string[] },
  from: bigint,
  to: bigint,
  options: LogOptions = {},
): AsyncGenerator<Stretch> {
  const all = to - from + 1n;
  const most = options.longest !== undefined && options.longest < all ? options.longest : all;
  let [longest, length] = [most, most];
  let [failures, good] = [0, 0];
  for (let next = from; next <= to;) {
    options.signal?.throwIfAborted();
    const last = next + length - 1n < to ? next + length - 1n : to;
    try {
      const logs = await stretchOf(transport, query, next, last, options.signal);
      if (last > next && logs.length > 0 && logs.length % roundNumber === 0) {
        length = (last - next + 1n) / 2n;
        continue;
      }
      yield { to: last, logs };
      next = last + 1n;
      [failures, good] = [0, good + 1];
      if (good % goodRun === 0) longest = smaller(longest * 2n, most);
      length = logs.length > manyLogs ? (length + 1n) / 2n : smaller(length * 2n, longest);
    } catch (error) {
      failures += 1;
      const isShorter = last > next && (isAboutLength(error) || failures % failuresUntilShorter === 0);
      if (isShorter) [length, longest, good] = [(last - next + 1n) / 2n, (last - next + 1n) / 2n, 0];
      if (!isShorter || !isLimit(error)) await pauseAfter(error, failures, options);
      // Halving ends by itself; failures are counted where it does not help.
      if (isShorter && !isUnreachable(error)) failures = 0;
    }
  }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** A shorter question may pass at once: the node needs no time. */
function isLimit(error: unknown): boolean {
  return isLatchkeyError(error) && limits.includes(error.code);
}

function isAboutLength(error: unknown): boolean {
  if (!isLatchkeyError(error) || error.context["isBehind"] === true) return false;
  return isLimit(error) || error.code === "ERR_RPC_NODE_FAULT";
}

function isUnreachable(error: unknown): boolean {
  return (
    isLatchkeyError(error, "ERR_RPC_UNREACHABLE") || (isLatchkeyError(error) && error.context["isBehind"] === true)
  );
}

async function stretchOf(
  transport: Transport,
  { address, topics }: { readonly address: string; readonly topics: readonly string[] },
  from: bigint,
  to: bigint,
  signal: AbortSignal | undefined,
): Promise<readonly ReadLog[]> {
  const filter = { address, topics: [topics], fromBlock: toHex(from), toBlock: toHex(to) };
  // In one batch, for what stands behind an address may be several nodes.
  const [header, found] = await askAll(
    transport,
    [
      { method: "eth_getBlockByNumber", params: [toHex(to), false] },
      { method: "eth_getLogs", params: [filter] },
    ],
    signal === undefined ? {} : { signal },
  );
  const block = valueOf(header);
  if (block === null) throw behind(transport, to);
  if (!isRecord(block) || quantity(block["number"], "block number") !== to) throw badResponse("block");
  const answer = valueOf(found);
  if (!Array.isArray(answer)) throw badResponse("list of logs");
  const logs = new Map<string, ReadLog>();
  for (const each of answer) {
    const log = logIn(each, address, topics);
    if (log.block < from || log.block > to) throw badResponse("log's block");
    logs.set(`${String(log.block)}.${String(log.index)}`, log);
  }
  return [...logs.values()].sort((a, b) => (a.block === b.block ? a.index - b.index : a.block < b.block ? -1 : 1));
}

function logIn(value: unknown, address: string, asked: readonly string[]): ReadLog {
  if (!isRecord(value) || value["removed"] === true) throw badResponse("log");
  const { topics, data } = value;
  const isOurs = typeof value["address"] === "string" && value["address"].toLowerCase() === address.toLowerCase();
  if (!isOurs || !isTopics(topics) || !isHex(data)) throw badResponse("log");
  if (!asked.includes(topics[0]?.toLowerCase() ?? "")) throw badResponse("log's topics");
  const block = quantity(value["blockNumber"], "log's block number");
  return { topics, data, block, index: smallQuantity(value["logIndex"], "log's index") };
}

function isTopics(value: unknown): value is readonly Hex[] {
  return Array.isArray(value) && value.length <= 4 && value.every((each) => isHex(each) && each.length === 66);
}

function behind({ origin }: Transport, block: bigint): LatchkeyError {
  return new LatchkeyError(
    "ERR_RPC_NODE_FAULT",
    `The node has no block ${String(block)} yet: it lags behind, or lost it. Nothing was sent; ask again later, or another node.`,
    { context: { origin, fault: "node", block, isBehind: true } },
  );
}
