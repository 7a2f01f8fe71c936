import type { Entry } from "./entry.ts";
import type { TransactionEvent } from "./events.ts";
import type { Attempt, TransactionRecord, Trouble } from "./record.ts";
import type { Mined } from "./rows.ts";
import type { TransactionStep } from "./states.ts";

/** The lease went to another worker: what was decided here is void, and nothing of it was written. */
export class LeaseLost extends Error {}

/** A row is not in the state that it was thought to be in: `cancel()` came in between. Nothing was written. */
export class Outdated extends Error {}

/** One transaction's step, with what belongs to it. */
export interface Move {
  readonly record: TransactionRecord;
  readonly step: TransactionStep;
  /** Kept with the row: why it failed. */
  readonly trouble?: Trouble;
}

/** Changes of a lane that are made together, or not at all. */
export interface LaneChange {
  readonly moves?: readonly Move[];
  readonly attempts?: readonly Attempt[];
  /** Entries that the lane holds from now on. */
  readonly added?: readonly Entry[];
  /** Attempts that a node has taken now. */
  readonly accepted?: readonly Attempt[];
  /** Attempts whose nonce another transaction has taken for good, as they are now. */
  readonly dead?: readonly Attempt[];
  readonly mined?: readonly { readonly id: string; readonly mined: Mined }[];
  /** Ids whose block left the chain. */
  readonly unmined?: readonly string[];
  /** What holds a transaction up, or null once nothing does. */
  readonly troubles?: readonly { readonly id: string; readonly trouble: Trouble | null }[];
  /** Marks what is not to be tried any more; its nonce is to be freed. */
  readonly givenUp?: readonly { readonly id: string; readonly trouble: Trouble; readonly cancelMac: string }[];
  readonly nextNonce?: number;
  readonly events?: readonly TransactionEvent[];
}
