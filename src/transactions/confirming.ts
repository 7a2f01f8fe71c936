import type { ChainHead, TransactionReceipt } from "../ports/chain-adapter.ts";
import { metrics } from "../telemetry/metrics.ts";
import { deadened } from "./authority.ts";
import type { TransactionEvent } from "./events.ts";
import { fillGap } from "./gaps.ts";
import type { LaneAccess } from "./lane-state.ts";
import type { LaneChange, Move } from "./lane-change.ts";
import { type Entry, liveAttempts, nonceOf } from "./entry.ts";
import type { Attempt, Trouble } from "./record.ts";
import type { Mined } from "./rows.ts";
import { whoTookNonce } from "./who-took-nonce.ts";

/** What a look at the chain found of one entry. */
type Finding =
  | { readonly kind: "mined"; readonly entry: Entry; readonly mined: Mined; readonly isFinal: boolean }
  | { readonly kind: "left"; readonly entry: Entry }
  | { readonly kind: "displaced"; readonly entry: Entry; readonly dead: readonly Attempt[] };

/**
 * Looks for the blocks of a lane's transactions.
 *
 * @param minedNonce - how many transactions of the sender are in blocks, as the node says.
 */
export async function lookForBlocks(lane: LaneAccess, head: ChainHead, minedNonce: number): Promise<void> {
  const findings: Finding[] = [...(await findMined(lane, head, minedNonce)), ...(await findMoved(lane, head))];
  if (findings.length > 0) {
    await lane.change(() => changeFor(lane, findings));
    for (const { kind } of findings) if (kind === "displaced") lane.forgetAccount();
  }
  await fillGap(lane, minedNonce);
}

/** Entries that were in no block: which of their attempts is in one now. */
async function findMined(lane: LaneAccess, head: ChainHead, minedNonce: number): Promise<Finding[]> {
  const { chain, key } = lane.parts;
  const asked = lane.entries.filter((entry) => entry.mined === null && nonceOf(entry) < minedNonce);
  const pairs = asked.flatMap((entry) => liveAttempts(entry).map((attempt) => ({ entry, attempt })));
  if (pairs.length === 0) return [];
  const receipts = await chain.receipts(pairs.map(({ attempt }) => attempt.hash));
  const findings: Finding[] = [];
  const found = new Set<Entry>();
  for (const [index, { entry, attempt }] of pairs.entries()) {
    const receipt = receipts[index];
    if (receipt === undefined || found.has(entry)) continue;
    found.add(entry);
    const mined = { attempt: attempt.number, receipt: await withReason(lane, entry, attempt, receipt) };
    findings.push({ kind: "mined", entry, mined, isFinal: receipt.blockNumber <= head.finalized });
  }
  const missing = asked.filter((entry) => !found.has(entry));
  if (missing.length === 0) return findings;
  // The nonce is used, and no attempt of ours is in a block that this node shows. Only proof counts: an answer may be of another node.
  const [finalNonce = 0] = await chain.nonces([key.address], head.finalized);
  for (const entry of missing) {
    if (nonceOf(entry) >= finalNonce) continue;
    const [first] = liveAttempts(entry);
    if (first === undefined) continue;
    const taker = await whoTookNonce(chain, key.address, first.nonce, first.sinceBlock, head.finalized);
    if (taker !== undefined && !entry.attempts.some(({ hash }) => hash === taker))
      findings.push({ kind: "displaced", entry, dead: await deadAttempts(lane, entry) });
  }
  return findings;
}

/** Entries that were in a block: whether they still are, and whether that is for good. */
async function findMoved(lane: LaneAccess, head: ChainHead): Promise<Finding[]> {
  const { chain } = lane.parts;
  const entries = lane.entries.filter(
    // A height that falls is the node's trouble: it says nothing of what is above.
    (entry) => entry.mined !== null && entry.mined.receipt.blockNumber <= head.number,
  );
  if (entries.length === 0) return [];
  const heights = [...new Set(entries.flatMap(({ mined }) => (mined === null ? [] : [mined.receipt.blockNumber])))];
  const hashes = new Map(
    await Promise.all(heights.map(async (height) => [height, await chain.blockHash(height)] as const)),
  );
  const moved: { entry: Entry; mined: Mined }[] = [];
  const findings: Finding[] = [];
  for (const entry of entries) {
    const { mined } = entry;
    if (mined === null) continue;
    const { blockNumber, blockHash } = mined.receipt;
    const now = hashes.get(blockNumber);
    if (now === undefined) continue;
    if (now.toLowerCase() !== blockHash.toLowerCase()) moved.push({ entry, mined });
    else if (blockNumber <= head.finalized) findings.push({ kind: "mined", entry, mined, isFinal: true });
  }
  if (moved.length === 0) return findings;
  const pairs = moved.flatMap(({ entry }) => liveAttempts(entry).map((attempt) => ({ entry, attempt })));
  const receipts = await chain.receipts(pairs.map(({ attempt }) => attempt.hash));
  for (const { entry } of moved) {
    const index = pairs.findIndex((pair, at) => pair.entry === entry && receipts[at] !== undefined);
    const receipt = receipts[index];
    const attempt = pairs[index]?.attempt;
    if (receipt === undefined || attempt === undefined) findings.push({ kind: "left", entry });
    else {
      const mined = { attempt: attempt.number, receipt: await withReason(lane, entry, attempt, receipt) };
      findings.push({ kind: "mined", entry, mined, isFinal: receipt.blockNumber <= head.finalized });
    }
  }
  return findings;
}

async function deadAttempts({ parts }: LaneAccess, entry: Entry): Promise<readonly Attempt[]> {
  return await deadened(parts.macs, parts.tenant, entry.record, liveAttempts(entry));
}

async function withReason(
  lane: LaneAccess,
  { record }: Entry,
  { purpose }: Attempt,
  receipt: TransactionReceipt,
): Promise<TransactionReceipt> {
  if (receipt.status === "success" || purpose === "cancel") return receipt;
  try {
    const { chain, key } = lane.parts;
    const reason = await chain.revertReason(record.payload.intent, key.address, receipt);
    return reason === undefined ? receipt : { ...receipt, failure: reason };
  } catch {
    // The receipt is what counts; the node may have forgotten the state.
    return receipt;
  }
}

function changeFor(lane: LaneAccess, findings: readonly Finding[]): LaneChange {
  const moves: Move[] = [];
  const mined: { id: string; mined: Mined }[] = [];
  const unmined: string[] = [];
  const dead: Attempt[] = [];
  const events: TransactionEvent[] = [];
  for (const finding of findings) {
    const { entry } = finding;
    const { record } = entry;
    if (!lane.entries.includes(entry)) continue;
    if (finding.kind === "left") {
      moves.push({ record, step: "reorganise" });
      unmined.push(record.id);
      count(lane, "reorganised");
    } else if (finding.kind === "displaced") {
      dead.push(...finding.dead);
      count(lane, "displaced");
      moves.push(record.isCancelRequested ? endMove(entry) : { record, step: "displace" });
      if (record.isCancelRequested) events.push(...endEvents(lane, entry, null));
    } else {
      const { isFinal } = finding;
      mined.push({ id: record.id, mined: finding.mined });
      const isIntent = purposeOf(entry, finding.mined) === "send" || record.payload.intent.kind === "cancel";
      const isNew = record.state !== "mined";
      if (isNew) moves.push({ record, step: "mine" });
      if (isIntent && isNew) events.push(lane.eventOf("transaction.mined", shown(lane, entry, finding.mined, "mined")));
      if (!isFinal) continue;
      const after = isNew ? { ...record, state: "mined" as const } : record;
      if (isIntent) {
        moves.push({ record: after, step: "finalise" });
        events.push(lane.eventOf("transaction.final", shown(lane, entry, finding.mined, "final")));
        count(lane, finding.mined.receipt.status);
      } else {
        moves.push({ ...endMove(entry), record: after });
        events.push(...endEvents(lane, entry, finding.mined));
      }
    }
  }
  return { moves, mined, unmined, dead, events };
}

function purposeOf({ attempts }: Entry, { attempt }: Mined): Attempt["purpose"] {
  return attempts.find(({ number }) => number === attempt)?.purpose ?? "send";
}

/** What was given up has failed; what was cancelled is cancelled. */
function endMove({ record }: Entry): Move {
  const { trouble, isGivenUp } = record;
  return isGivenUp && trouble !== null
    ? { record, step: "fail-on-chain", trouble }
    : { record, step: "cancel-on-chain" };
}

function endEvents(lane: LaneAccess, entry: Entry, mined: Mined | null): TransactionEvent[] {
  const state = entry.record.isGivenUp ? "failed" : "cancelled";
  count(lane, state);
  return [lane.eventOf("transaction.failed", { ...shown(lane, entry, mined, state), mined: null })];
}

function shown(
  lane: LaneAccess,
  entry: Entry,
  mined: Mined | null,
  state: Entry["record"]["state"],
): ReturnType<LaneAccess["shown"]> {
  const trouble: Trouble | null = state === "failed" ? entry.record.trouble : null;
  return lane.shown(entry, { mined, record: { ...entry.record, state, trouble } });
}

function count(lane: LaneAccess, outcome: string): void {
  lane.parts.meter.record(metrics.transactionsEnded, 1, { chain: lane.parts.key.chain, outcome });
}
