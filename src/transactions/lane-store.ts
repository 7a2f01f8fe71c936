import type { Transaction } from "kysely";
import type { RowMacKey, RowMacs } from "../ports/row-macs.ts";
import type { Database, NoTables } from "../store/database.ts";
import { ends, markAll, moveAll } from "./apply-change.ts";
import { type LaneChange, LeaseLost, type Move } from "./lane-change.ts";
import type { Policy, PolicyBook } from "./policy/policy.ts";
import type { Attempt, SenderKey, TransactionRecord } from "./record.ts";
import {
  rowOfAttempt,
  rowOfMined,
  rowOfRecord,
  type StoredTransaction,
  type TransactionReads,
  type Tx,
  withTables,
} from "./rows.ts";
import type { SenderRow, TransactionTables } from "./schema.ts";
import { parseSubject } from "./senders.ts";
import type { TransactionState } from "./states.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

export interface LaneStoreParts {
  readonly tenant: string;
  readonly database: Database;
  readonly reads: TransactionReads;
  readonly policy: Policy;
  readonly macs: RowMacs;
  readonly webhooks: Webhooks | undefined;
  readonly workerId: string;
  readonly now: () => number;
}

/** The rows of one leased sender. Whatever is written is written under the lease, or not at all. */
export class LaneStore {
  readonly #parts: LaneStoreParts;
  readonly #key: SenderKey;
  readonly #epoch: number;

  constructor(parts: LaneStoreParts, key: SenderKey, epoch: number) {
    this.#parts = parts;
    this.#key = key;
    this.#epoch = epoch;
  }

  async sender(): Promise<SenderRow> {
    const row = await this.#parts.database.reader
      .$extendTables<TransactionTables>()
      .selectFrom("latchkey_senders")
      .selectAll()
      .where("tenant", "=", this.#parts.tenant)
      .where("chain_id", "=", this.#key.chainId)
      .where("address", "=", this.#key.address)
      .executeTakeFirst();
    if (row?.lease_worker !== this.#parts.workerId || row.epoch !== this.#epoch) throw new LeaseLost();
    return row;
  }

  /** Whatever is signed and has not ended. */
  async underway(): Promise<readonly StoredTransaction[]> {
    const ids = await this.#ids(["signed", "broadcast", "mined"], undefined);
    return await this.#parts.reads.byIds(ids);
  }

  /** The next ones in the queue. */
  async queued(limit: number): Promise<readonly StoredTransaction[]> {
    return await this.#parts.reads.byIds(await this.#ids(["queued"], limit));
  }

  /** What `cancel()` was called for and that has not ended: the MAC of the wish, by id. */
  async cancelled(): Promise<ReadonlyMap<string, string | null>> {
    const rows = await this.#parts.database.reader
      .$extendTables<TransactionTables>()
      .selectFrom("latchkey_transactions")
      .select(["id", "cancel_mac"])
      .where("tenant", "=", this.#parts.tenant)
      .where("chain_id", "=", this.#key.chainId)
      .where("sender", "=", this.#key.address)
      .where("state", "in", ["signed", "broadcast", "mined"])
      .where("cancel_requested", "=", 1)
      .execute();
    return new Map(rows.map(({ id, cancel_mac: mac }) => [id, mac]));
  }

  /**
   * @returns the records that moved as they are now, by id.
   * @throws LeaseLost; Outdated; `ERR_STORE_*`; the wrapping key's errors, and nothing was written.
   */
  async write(change: LaneChange): Promise<ReadonlyMap<string, TransactionRecord>> {
    const { webhooks, macs } = this.#parts;
    const hasEvents = change.events !== undefined && change.events.length > 0;
    const eventKey = webhooks === undefined || !hasEvents ? undefined : await macs.lease({ kind: "tenant" });
    try {
      return await this.#write(change, eventKey);
    } finally {
      eventKey?.release();
    }
  }

  /** `eventKey`: leased where events are stored for webhooks. */
  async #write(change: LaneChange, eventKey: RowMacKey | undefined): Promise<ReadonlyMap<string, TransactionRecord>> {
    const { database, policy } = this.#parts;
    const settled = (change.moves ?? []).filter((move) => move.record.reservations.length > 0 && ends(move));
    if (settled.length === 0) return await database.transaction((untyped) => this.#apply(untyped, change, eventKey));
    const lease = await policy.lease();
    try {
      return await database.transaction(async (untyped) => {
        const written = await this.#apply(untyped, change, eventKey);
        const subjects = [...new Set(settled.map(({ record }) => record.subject))].map(parseSubject);
        const book = await lease.open(untyped, subjects);
        for (const move of settled) await this.#settle(book, move, change);
        await book.write();
        return written;
      });
    } finally {
      lease.release();
    }
  }

  /** Adds a signed transaction that was never queued. */
  async add(record: TransactionRecord, attempt: Attempt): Promise<void> {
    await this.#parts.database.transaction(async (untyped) => {
      const tx = withTables(untyped);
      await this.#fence(tx, undefined, -1);
      await tx.insertInto("latchkey_transactions").values(rowOfRecord(record, this.#parts.tenant)).execute();
      await tx
        .insertInto("latchkey_attempts")
        .values(rowOfAttempt(attempt, this.#parts.tenant, this.#key))
        .execute();
    });
  }

  /** Gives back what is not needed any more. */
  async #settle(book: PolicyBook, { record, step }: Move, { mined = [] }: LaneChange): Promise<void> {
    const fee = mined.find(({ id }) => id === record.id)?.mined.receipt.feePayer?.fee ?? 0n;
    await book.settle(record.reservations, step === "finalise" ? { kind: "spent", fee } : { kind: "returned" });
  }

  async #apply(
    untyped: Transaction<NoTables>,
    change: LaneChange,
    eventKey: RowMacKey | undefined,
  ): Promise<ReadonlyMap<string, TransactionRecord>> {
    const tx = withTables(untyped);
    const { tenant } = this.#parts;
    const nowMs = this.#parts.now();
    const ended = (change.moves ?? []).filter(ends).length;
    await this.#fence(tx, change.nextNonce, ended);
    if (change.attempts !== undefined && change.attempts.length > 0)
      await tx
        .insertInto("latchkey_attempts")
        .values(change.attempts.map((attempt) => rowOfAttempt(attempt, tenant, this.#key)))
        .execute();
    const written = await moveAll(tx, change.moves ?? [], nowMs);
    await markAll(tx, tenant, change, nowMs);
    const { unmined = [], mined = [] } = change;
    const gone = [...unmined, ...mined.map(({ id }) => id)];
    if (gone.length > 0) await tx.deleteFrom("latchkey_receipts").where("transaction_id", "in", gone).execute();
    if (mined.length > 0)
      await tx
        .insertInto("latchkey_receipts")
        .values(mined.map((each) => rowOfMined(each.id, each.mined)))
        .execute();
    if (eventKey !== undefined) await this.#parts.webhooks?.enqueue(untyped, change.events ?? [], eventKey);
    return written;
  }

  /**
   * Locks the sender's row for the rest of the transaction.
   *
   * @throws LeaseLost.
   */
  async requireLease(tx: Tx): Promise<void> {
    await this.#fence(tx, undefined, 0);
  }

  async statesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.selectFrom("latchkey_transactions").select(["id", "state"]).where("id", "in", ids).execute();
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  /** Nonces from one up to another, exclusive, that bytes were signed under and that may be mined with them. */
  async noncesUsed(from: number, below: number): Promise<ReadonlySet<number>> {
    const rows = await this.#parts.database.reader
      .$extendTables<TransactionTables>()
      .selectFrom("latchkey_attempts")
      .select("nonce")
      .where("tenant", "=", this.#parts.tenant)
      .where("chain_id", "=", this.#key.chainId)
      .where("sender", "=", this.#key.address)
      .where("nonce", ">=", from)
      .where("nonce", "<", below)
      .where("is_dead", "=", 0)
      .execute();
    return new Set(rows.map(({ nonce }) => Number(nonce)));
  }

  /** Locks the sender's row, and makes sure that the lease is this one still. */
  async #fence(tx: Tx, nextNonce: number | undefined, ended: number): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable("latchkey_senders")
      .set(({ eb }) => ({
        open: eb("open", "-", ended),
        ...(nextNonce === undefined ? {} : { next_nonce: nextNonce }),
      }))
      .where("tenant", "=", this.#parts.tenant)
      .where("chain_id", "=", this.#key.chainId)
      .where("address", "=", this.#key.address)
      .where("lease_worker", "=", this.#parts.workerId)
      .where("epoch", "=", this.#epoch)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) throw new LeaseLost();
  }

  async #ids(states: readonly TransactionState[], limit: number | undefined): Promise<string[]> {
    let query = this.#parts.database.reader
      .$extendTables<TransactionTables>()
      .selectFrom("latchkey_transactions")
      .select("id")
      .where("tenant", "=", this.#parts.tenant)
      .where("chain_id", "=", this.#key.chainId)
      .where("sender", "=", this.#key.address)
      .where("state", "in", states)
      .orderBy("id");
    if (limit !== undefined) query = query.limit(limit);
    return (await query.execute()).map(({ id }) => id);
  }
}
