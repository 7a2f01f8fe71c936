import type { Signed } from "./candidates.ts";
import { entryOf } from "./entry.ts";
import type { TransactionEvent } from "./events.ts";
import type { LaneChange, Move } from "./lane-change.ts";
import type { LaneAccess } from "./lane-state.ts";
import type { Trouble } from "./record.ts";

/**
 * What is written once candidates were signed, or refused.
 *
 * @param firstNonce - of those that were signed.
 */
export function changeFor(lane: LaneAccess, { attempts, refused, held }: Signed, firstNonce: number): LaneChange {
  const nowMs = lane.parts.clock.monotonicMs();
  const isNews = held !== undefined && held.candidate.record.trouble?.code !== held.trouble.code;
  return {
    moves: [
      ...attempts.map(({ candidate: { record } }): Move => ({ record, step: "sign" })),
      ...refused.map(({ candidate: { record }, trouble }): Move =>
        isCancelled(trouble) ? { record, step: "cancel" } : { record, step: "refuse", trouble },
      ),
    ],
    attempts: attempts.map(({ attempt }) => attempt),
    added: attempts.map(({ candidate: { record, previous } }) =>
      entryOf({ record, attempts: previous, mined: null }, nowMs),
    ),
    nextNonce: firstNonce + attempts.length,
    troubles: isNews ? [{ id: held.candidate.record.id, trouble: held.trouble }] : [],
    events: refused.map(({ candidate, trouble }): TransactionEvent => {
      const end = isCancelled(trouble)
        ? ({ state: "cancelled", trouble: null } as const)
        : ({ state: "failed", trouble } as const);
      const record = { ...candidate.record, ...end };
      return lane.eventOf("transaction.failed", { record, attempts: candidate.previous, mined: null });
    }),
  };
}

/** It was cancelled, and nobody who signs had heard of it. */
function isCancelled({ code }: Trouble): boolean {
  return code === "ERR_TRANSACTION_CANCELLED";
}
