import { askAll } from "../../chains/ethereum/ask-all.ts";
import { toQuantity } from "../../chains/ethereum/chain-state.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Transport } from "../../ports/transport.ts";
import type { KnownBlock, ReadBlocks } from "./index-rows.ts";
import { headersOf } from "./headers.ts";
import { type Transfer, transfersIn, transferTopic } from "./transfer-log.ts";

/** Headers and logs near the head are asked for so many blocks at a time. */
const nearBlocks = 16;
const firstStretch = 2_000;
const longestStretch = 1_000_000;
/** Nodes refuse answers of more logs than some number, 10,000 at the least: past half of it a stretch grows no more. */
const enoughLogs = 5_000;

/** How many blocks one question for logs covers: nodes limit it by blocks, by results and by time, each with errors of its own. */
export interface Stretch {
  blocks: number;
}

export function newStretch(): Stretch {
  return { blocks: firstStretch };
}

/**
 * Reads blocks that no reorganisation takes away, by a range. A range that is refused, whatever the error says, is halved.
 *
 * @param stretch - learns what the node allows.
 * @returns undefined where the node has not got the last block: nothing of its answer is to be believed.
 * @throws `ERR_RPC_*`: a single block is refused, or a shorter range would not help.
 */
export async function readFar(
  transport: Transport,
  { address, from, last }: { readonly address: string; readonly from: number; readonly last: number },
  stretch: Stretch,
): Promise<ReadBlocks | undefined> {
  for (;;) {
    const to = Math.min(last, from + stretch.blocks - 1);
    const filter = {
      address,
      topics: [transferTopic],
      fromBlock: toQuantity(BigInt(from)),
      toBlock: toQuantity(BigInt(to)),
    };
    try {
      const answer = await transport.request({ method: "eth_getLogs", params: [filter] });
      const transfers = transfersIn(answer, { address, from, to });
      const [header] = await headersOf(transport, [to]);
      if (header === undefined) return undefined;
      if (transfers.some(({ blockNumber, blockHash }) => blockNumber === to && blockHash !== header.hash))
        return undefined;
      if (transfers.length < enoughLogs) stretch.blocks = Math.min(2 * stretch.blocks, longestStretch);
      return { nextBlock: to + 1, transfers, blocks: [{ number: to, hash: header.hash }], keepFrom: to };
    } catch (error) {
      const asked = to - from + 1;
      if (asked === 1 || !mayPass(error)) throw error;
      stretch.blocks = Math.max(1, Math.floor(asked / 2));
    }
  }
}

/** Whether a shorter range may be answered where this one was not. */
function mayPass(error: unknown): boolean {
  return !["ERR_RPC_UNREACHABLE", "ERR_RPC_RATE_LIMITED", "ERR_CLOSED"].some(
    (code) => isLatchkeyError(error) && error.code === code,
  );
}

/**
 * Reads blocks that may be taken away, each by its hash: a node that has another block, or none, answers with an error and not with another
 * block's logs. They follow each other by their parents' hashes.
 *
 * @param before - the last block that was read; the first one here has to follow it.
 * @returns those that could be read, from `from` on; undefined where there is none.
 * @throws `ERR_RPC_*` not one could be read.
 */
export async function readNear(
  transport: Transport,
  { address, from, last }: { readonly address: string; readonly from: number; readonly last: number },
  before: KnownBlock | undefined,
  keepFrom: number,
): Promise<ReadBlocks | undefined> {
  const count = Math.min(last - from + 1, nearBlocks);
  const headers = await headersOf(
    transport,
    Array.from({ length: count }, (_, index) => from + index),
  );
  const blocks: KnownBlock[] = [];
  let parent = before?.number === from - 1 ? before.hash : undefined;
  for (const header of headers) {
    if (header === undefined || (parent !== undefined && header.parentHash !== parent)) break;
    blocks.push({ number: header.number, hash: header.hash });
    parent = header.hash;
  }
  if (blocks.length === 0) return undefined;
  const answers = await askAll(
    transport,
    blocks.map(({ hash }) => ({
      method: "eth_getLogs",
      params: [{ address, topics: [transferTopic], blockHash: hash }],
    })),
  );
  const transfers: Transfer[] = [];
  const read: KnownBlock[] = [];
  for (const [index, block] of blocks.entries()) {
    const answer = answers[index];
    if (answer?.status !== "fulfilled") {
      if (read.length === 0) throw answer?.reason;
      break;
    }
    const { number, hash } = block;
    transfers.push(...transfersIn(answer.value, { address, from: number, to: number, blockHash: hash }));
    read.push(block);
  }
  const end = read.at(-1)?.number ?? from;
  return { nextBlock: end + 1, transfers, blocks: read, keepFrom: Math.min(keepFrom, end) };
}
