import type { Attempt, TransactionRecord } from "./record.ts";
import type { Mined, StoredTransaction } from "./rows.ts";

/** A transaction that is signed and has not ended, as the lane holds it. */
export interface Entry {
  record: TransactionRecord;
  readonly attempts: Attempt[];
  mined: Mined | null;
  /** Monotonic: when its bytes are to be sent next. */
  dueMs: number;
  /** Sends without a clear answer, or refused for now, in a row. */
  tries: number;
  /** Monotonic: since when its newest offer stands. */
  offeredMs: number;
  /** Its bytes are on their way. */
  isSending: boolean;
  /** How often it was stuck although it offers what the chain asks for. */
  stuckTimes: number;
  /** Another attempt is being made at this moment. */
  isReplacing: boolean;
  /** Monotonic: nothing takes its place before. */
  notBeforeMs: number;
  /** What is offered is too little: more is due at once. */
  wantsMore: boolean;
  /** Refusals in a row that nothing explains. */
  refusals: number;
  /** What was last said of it, so that it is written once. */
  troubleCode: string | null;
}

export function entryOf({ record, attempts, mined }: StoredTransaction, nowMs: number): Entry {
  return {
    record,
    attempts: [...attempts],
    mined,
    dueMs: nowMs,
    tries: 0,
    offeredMs: nowMs,
    isSending: false,
    stuckTimes: 0,
    isReplacing: false,
    notBeforeMs: 0,
    wantsMore: false,
    refusals: 0,
    troubleCode: record.trouble?.code ?? null,
  };
}

export function storedOf({ record, attempts, mined }: Entry): StoredTransaction {
  return { record, attempts, mined };
}

/** Attempts that can still be mined. */
export function liveAttempts({ attempts }: Entry): readonly Attempt[] {
  return attempts.filter(({ isDead }) => !isDead);
}

/** The newest attempt that can still be mined: what is sent. */
export function current(entry: Entry): Attempt | undefined {
  return entry.attempts.findLast(({ isDead }) => !isDead);
}

export function nonceOf(entry: Entry): number {
  return current(entry)?.nonce ?? -1;
}
