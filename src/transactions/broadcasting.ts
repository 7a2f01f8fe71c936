import type { BroadcastOutcome } from "../ports/chain-adapter.ts";
import { metrics } from "../telemetry/metrics.ts";
import { cancelMacFor } from "./authority.ts";
import type { LaneAccess } from "./lane-state.ts";
import type { LaneChange, Move } from "./lane-change.ts";
import { current, type Entry } from "./entry.ts";
import type { Attempt } from "./record.ts";
import { troubleOf } from "./status.ts";

/** Sent to a node in one go at most. */
const chunk = 50;
const firstDelayMs = 250;
const longestDelayMs = 15_000;
/** So often a node may refuse bytes for a reason that nothing explains before they are given up. */
const mostRefusals = 3;

/** Whose bytes are to be sent now, in the order of their nonces, without a gap that waiting for one of them would make. */
export function dueEntries(lane: LaneAccess): Entry[] {
  const nowMs = lane.parts.clock.monotonicMs();
  const due: Entry[] = [];
  for (const entry of lane.entries) {
    if (entry.mined !== null || current(entry) === undefined) continue;
    const isDue = entry.dueMs <= nowMs && !entry.isSending;
    if (isDue) due.push(entry);
    // No node has this one yet: those behind it would wait for it there, and may be dropped.
    else if (entry.record.state === "signed" && !entry.isSending) break;
    if (due.length >= chunk) break;
  }
  return due;
}

/** Writes what the node said, and decides when to send again. */
export async function applyOutcomes(
  lane: LaneAccess,
  entries: readonly Entry[],
  attempts: readonly Attempt[],
  outcomes: readonly BroadcastOutcome[],
): Promise<void> {
  const { clock, chain, key, meter, logger } = lane.parts;
  const { profile } = chain;
  for (const [index, entry] of entries.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    meter.record(metrics.transactionsSent, 1, {
      chain: key.chain,
      outcome: outcome.kind === "refused" ? outcome.reason : outcome.kind,
    });
    const nowMs = clock.monotonicMs();
    if (outcome.kind === "accepted") {
      entry.tries = 0;
      entry.refusals = 0;
      entry.dueMs = nowMs + profile.rebroadcastMs;
      continue;
    }
    entry.tries += 1;
    entry.dueMs = nowMs + Math.min(firstDelayMs * 2 ** Math.min(entry.tries - 1, 10), longestDelayMs);
    clock.onTimeout(entry.dueMs - nowMs, () => {
      lane.send();
    });
    if (outcome.kind === "unknown") continue;
    logger.warn({ chain: key.chain, sender: key.address, reason: outcome.reason }, "a node refused a transaction");
    if (outcome.reason === "underpriced") entry.wantsMore = true;
    else if (outcome.reason === "pool-full")
      lane.narrow(Math.max(profile.inFlightWhenFull, Math.floor(lane.window / 2)));
    else if (outcome.reason === "delegated-limit") {
      lane.narrow(1);
      lane.forgetAccount();
    } else if (outcome.reason === "other") entry.refusals += 1;
  }
  const accepted = outcomes.filter(({ kind }) => kind === "accepted").length;
  if (accepted === outcomes.length) lane.widen(accepted);
  const cancelMacs = new Map<Entry, string | null>();
  for (const entry of entries) {
    if (entry.refusals < mostRefusals || entry.record.isCancelRequested) continue;
    cancelMacs.set(entry, await cancelMacFor(lane.parts.macs, lane.parts.tenant, entry.record));
  }
  await lane.change(() => changeFor(lane, entries, attempts, outcomes, cancelMacs));
}

function changeFor(
  lane: LaneAccess,
  entries: readonly Entry[],
  attempts: readonly Attempt[],
  outcomes: readonly BroadcastOutcome[],
  cancelMacs: ReadonlyMap<Entry, string | null>,
): LaneChange | undefined {
  const moves: Move[] = [];
  const accepted: Attempt[] = [];
  const troubles: NonNullable<LaneChange["troubles"]>[number][] = [];
  const givenUp: NonNullable<LaneChange["givenUp"]>[number][] = [];
  for (const [index, entry] of entries.entries()) {
    const outcome = outcomes[index];
    const sent = attempts[index];
    // The entry may have moved on while the node was asked.
    const attempt = entry.attempts.find(({ hash }) => hash === sent?.hash);
    if (outcome === undefined || attempt === undefined || attempt.isDead || !lane.entries.includes(entry)) continue;
    if (outcome.kind === "accepted") {
      if (entry.record.state === "signed") moves.push({ record: entry.record, step: "accept" });
      else if (entry.troubleCode !== null && !entry.record.isCancelRequested)
        troubles.push({ id: entry.record.id, trouble: null });
      if (attempt.acceptedAt === null) accepted.push(attempt);
      continue;
    }
    const cancelMac = cancelMacs.get(entry) ?? null;
    if (cancelMac !== null && attempt.purpose === "send" && !entry.record.isCancelRequested)
      givenUp.push({ id: entry.record.id, trouble: troubleOf(outcome.error), cancelMac });
    else troubles.push(...lane.note(entry, outcome.error));
  }
  const isNothing = moves.length + accepted.length + troubles.length + givenUp.length === 0;
  return isNothing ? undefined : { moves, accepted, troubles, givenUp };
}
