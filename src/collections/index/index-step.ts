import type { Transport } from "../../ports/transport.ts";
import type { ChainHead } from "../../ports/chain-adapter.ts";
import { headersOf } from "./headers.ts";
import type { Index, IndexRows, KnownBlock, ReadBlocks } from "./index-rows.ts";
import { readFar, readNear, type Stretch } from "./read-blocks.ts";
import type { Transfer } from "./transfer-log.ts";

/**
 * So many blocks below the head are read one by one, final or not: behind a gateway are several nodes, and one that lags behind answers a
 * range as if its blocks had no logs.
 */
const nearHead = 8;
const rowsPerWrite = 2_000;

export interface StepParts {
  readonly rows: IndexRows;
  readonly transport: Transport;
  /** The contract, lower-case. */
  readonly address: string;
  readonly stretch: Stretch;
}

export type StepOutcome =
  /** More may be there to read. */
  | { readonly kind: "read"; readonly index: Index; readonly transfers: readonly Transfer[] }
  | { readonly kind: "rolled back"; readonly index: Index; readonly blocks: number }
  /** All is read, or the node is behind. */
  | { readonly kind: "idle" }
  /** Another process was faster. */
  | { readonly kind: "lost" }
  /** The node says that a block which cannot leave the chain was another one. */
  | { readonly kind: "contradiction"; readonly block: number };

/**
 * Reads the next blocks of a collection, or takes back those that a reorganisation took away. A head that falls is no reorganisation: it is
 * waited for until it is back, and then hashes tell.
 *
 * @throws `ERR_RPC_*`; `ERR_STORE_*`.
 */
export async function indexStep(parts: StepParts, index: Index, head: ChainHead): Promise<StepOutcome> {
  const { rows, transport, address, stretch } = parts;
  const latest = Number(head.number);
  if (latest < index.nextBlock - 1) return { kind: "idle" };
  const known = await rows.blocks(index.collectionId);
  const before = known.at(-1);
  if (before !== undefined) {
    const [header] = await headersOf(transport, [before.number]);
    if (header === undefined) return { kind: "idle" };
    if (header.hash !== before.hash) return await takeBack(parts, index, known);
  }
  const from = index.nextBlock;
  if (from > latest) return { kind: "idle" };
  const farEnd = Math.min(Number(head.finalized), latest - nearHead);
  const read =
    from <= farEnd
      ? await readFar(transport, { address, from, last: farEnd }, stretch)
      : await readNear(transport, { address, from, last: latest }, before, Number(head.finalized));
  if (read === undefined) return { kind: "idle" };
  return await writeInParts(rows, index, read);
}

/** A transaction of many rows holds up the sends of the process, and with SQLite of all processes: whole blocks, a few thousand rows each. */
async function writeInParts(rows: IndexRows, seen: Index, read: ReadBlocks): Promise<StepOutcome> {
  let index = seen;
  let done = 0;
  while (index.nextBlock < read.nextBlock) {
    const end = endOfPart(read.transfers, done);
    const next = read.transfers[end]?.blockNumber ?? read.nextBlock;
    const isLast = end === read.transfers.length;
    const written = await rows.write(index, {
      nextBlock: next,
      transfers: read.transfers.slice(done, end),
      blocks: read.blocks.filter(({ number }) => number >= index.nextBlock && number < next),
      keepFrom: isLast ? read.keepFrom : 0,
    });
    if (written === undefined) break;
    index = written;
    done = end;
  }
  if (index === seen) return { kind: "lost" };
  return { kind: "read", index, transfers: read.transfers.slice(0, done) };
}

/** Where the transfers from `start` on are enough for a transaction, and the next one is of another block. */
function endOfPart(transfers: readonly Transfer[], start: number): number {
  let end = Math.min(start + rowsPerWrite, transfers.length);
  while (end < transfers.length && transfers[end]?.blockNumber === transfers[end - 1]?.blockNumber) end += 1;
  return end;
}

/** Goes back to the last block that the node has too. */
async function takeBack(
  { rows, transport }: StepParts,
  index: Index,
  known: readonly KnownBlock[],
): Promise<StepOutcome> {
  const headers = await headersOf(
    transport,
    known.map(({ number }) => number),
  );
  // A node that has not got them all is behind, and says nothing of what became of them.
  if (headers.includes(undefined)) return { kind: "idle" };
  const common = known.findLast(({ hash }, place) => headers[place]?.hash === hash);
  if (common === undefined) return { kind: "contradiction", block: known[0]?.number ?? index.nextBlock };
  const written = await rows.rollBack(index, common.number);
  if (written === undefined) return { kind: "lost" };
  return { kind: "rolled back", index: written, blocks: index.nextBlock - 1 - common.number };
}
