import { isRecord } from "../../units/is-record.ts";
import { quantity } from "../../chains/ethereum/quantity.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import { isHex } from "../../units/bytes.ts";
import { toHex } from "../simulation/pinned-block.ts";
import type { SimulatedLog } from "../simulation/simulator.ts";

export interface LogQuery {
  readonly address: string;
  /** As in `eth_getLogs`: null for any, a list for one of several. */
  readonly topics: readonly (string | null | readonly string[])[];
  readonly from: bigint;
  readonly to: bigint;
}

export interface LogBounds {
  /** Enough: the scan ends once it has so many. */
  readonly logs: number;
  /** The most requests that are made. */
  readonly requests: number;
}

export interface PastLog extends SimulatedLog {
  readonly block: bigint;
}

export interface LogScan {
  /** From the newest stretch of blocks to the oldest. */
  readonly logs: readonly PastLog[];
  /** Whether every block asked for was looked at. */
  readonly isComplete: boolean;
}

interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Reads logs back from the newest block. Nodes limit a request by blocks, by results or by time, each with an error of its own: a
 * stretch that is refused is asked for in halves, and no longer one is asked for after that.
 *
 * @throws `ERR_RPC_UNREACHABLE`, `ERR_RPC_RATE_LIMITED`, `ERR_CLOSED`: what a shorter stretch would not help.
 */
export async function scanLogs(transport: Transport, query: LogQuery, bounds: LogBounds): Promise<LogScan> {
  const waiting: Range[] = [{ from: query.from, to: query.to }];
  const logs: PastLog[] = [];
  let longest = query.to - query.from + 1n;
  let skipped = false;
  for (let requests = 0; requests < bounds.requests && logs.length < bounds.logs; requests += 1) {
    const next = waiting.pop();
    if (next === undefined) return { logs, isComplete: !skipped };
    const range = newestPart(next, longest);
    if (range.from > next.from) waiting.push({ from: next.from, to: range.from - 1n });
    const found = await logsOf(transport, query, range);
    if (found !== undefined) {
      logs.push(...found.toReversed());
    } else if (range.from === range.to) {
      skipped = true;
    } else {
      longest = (range.to - range.from + 1n) / 2n;
      waiting.push(range);
    }
  }
  return { logs: logs.slice(0, bounds.logs), isComplete: waiting.length === 0 && !skipped };
}

function newestPart({ from, to }: Range, longest: bigint): Range {
  return to - from + 1n > longest ? { from: to - longest + 1n, to } : { from, to };
}

/** Undefined where the node did not give them. */
async function logsOf(
  transport: Transport,
  { address, topics }: LogQuery,
  { from, to }: Range,
): Promise<readonly PastLog[] | undefined> {
  const filter = { address, topics, fromBlock: toHex(from), toBlock: toHex(to) };
  try {
    const answer = await transport.request({ method: "eth_getLogs", params: [filter] });
    return Array.isArray(answer) ? answer.flatMap(logIn) : undefined;
  } catch (error) {
    if (!isLatchkeyError(error)) throw error;
    // A shorter stretch is answered faster, and its answer is shorter.
    const mayPass = error.code === "ERR_RPC_TIMEOUT" || error.code === "ERR_RPC_BAD_RESPONSE";
    const isAnswered = typeof error.context["rpcCode"] === "number" && error.code !== "ERR_RPC_RATE_LIMITED";
    if (mayPass || isAnswered || error.code === "ERR_RPC_NODE_FAULT") return undefined;
    throw error;
  }
}

function logIn(value: unknown): readonly PastLog[] {
  if (!isRecord(value)) return [];
  const { address, topics, data, blockNumber } = value;
  if (typeof address !== "string" || !Array.isArray(topics) || !topics.every(isHex) || !isHex(data)) return [];
  return [{ address, topics, data, block: quantity(blockNumber, "log's block number") }];
}
