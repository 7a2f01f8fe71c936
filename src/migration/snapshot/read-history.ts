import { topics } from "../../inspection/scene/kip17-abi.ts";
import { isZero } from "../read/words.ts";
import { logsIn, type ReadLog } from "../read/logs.ts";
import { addressOf, transferOf } from "../read/transfers.ts";
import type { PinnedOld } from "./require-collection.ts";
import { createLedger, type TokenLedger } from "./token-ledger.ts";

/** What the logs of a collection say up to the pinned block. */
export interface History {
  readonly ledger: TokenLedger;
  /** Ids that were approved and have not moved since. */
  readonly approvedIds: ReadonlySet<string>;
  /** Owner and operator, with a blank between. */
  readonly operators: ReadonlySet<string>;
  readonly reading: Reading;
}

/** How the logs were read, and what came of it. */
export interface Reading {
  readonly digest: string;
  /** The most blocks in one request. */
  readonly longest: bigint;
}

export interface HistoryOptions {
  readonly from: bigint;
  readonly onRead: (through: bigint) => void;
}

const asked = [topics.transfer, topics.approval, topics.approvalForAll];
/** How often the logs are read at most, each time in shorter stretches. */
const mostReadings = 6;

/**
 * Reads the logs until they can be trusted: where the contract counts its tokens, once they give that number and no transfer is missing
 * between two others; otherwise, or where that cannot be had, once two readings are the same.
 *
 * @param before - a reading that may have been wrong: it is read again, otherwise.
 * @throws `ERR_MIGRATION_SOURCE_UNSUITABLE`; `ERR_RPC_*` also where no two readings are the same.
 */
export async function readHistory(
  old: PinnedOld,
  supply: bigint | undefined,
  options: HistoryOptions,
  before?: Reading,
): Promise<History> {
  let last = before;
  for (let reading = 1; ; reading += 1) {
    const history = await readOnce(old, options, shorterThan(last, old.block - options.from + 1n));
    const { ledger } = history;
    const isWhole = supply === BigInt(ledger.alive) && ledger.breaks === 0 && before === undefined;
    if (isWhole || history.reading.digest === last?.digest || reading === mostReadings) return history;
    last = history.reading;
  }
}

/** Other stretches than before: an answer that was cut off at a length is not cut at the same place. */
function shorterThan(last: Reading | undefined, all: bigint): bigint {
  return last === undefined ? all : last.longest / 3n + 1n;
}

async function readOnce(
  { transport, address, block, patience }: PinnedOld,
  { from, onRead }: HistoryOptions,
  longest: bigint,
): Promise<History> {
  const ledger = createLedger();
  const approvedIds = new Set<string>();
  const operators = new Set<string>();
  const record = (log: ReadLog): void => {
    const [topic, first, second, third] = log.topics;
    if (topic?.toLowerCase() === topics.transfer) {
      const transfer = transferOf(log);
      ledger.record(transfer);
      approvedIds.delete(String(transfer.id));
    } else if (topic?.toLowerCase() === topics.approval) {
      // With the id as data it is another standard's, which the transfers show.
      if (second === undefined || third === undefined) return;
      const id = String(BigInt(third));
      if (isZero(addressOf(second))) approvedIds.delete(id);
      else approvedIds.add(id);
    } else if (first !== undefined && second !== undefined) {
      const pair = `${addressOf(first)} ${addressOf(second)}`;
      if (/^0x0*$/.test(log.data)) operators.delete(pair);
      else operators.add(pair);
    }
  };
  const options = { ...patience, longest };
  for await (const { to, logs } of logsIn(transport, { address, topics: asked }, from, block, options)) {
    for (const log of logs) record(log);
    onRead(to);
  }
  return { ledger, approvedIds, operators, reading: { digest: ledger.digest(), longest } };
}
