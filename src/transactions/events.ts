/**
 * What happened to a transaction. `mined`: it is in a block, which a reorganisation can still undo, and then it may come again. `final`: it
 * is in a block that stays; the receipt says whether it was reverted. `failed`: it has ended and is on no chain.
 */
export type TransactionEventName = "transaction.mined" | "transaction.final" | "transaction.failed";

/** One happening, told to listeners and webhooks. */
export interface TransactionEvent {
  readonly name: TransactionEventName;
  /** A UUID: the same however often it is delivered. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** The transaction at that moment, as JSON: amounts are decimal text. */
  readonly transaction: Readonly<Record<string, unknown>>;
}
