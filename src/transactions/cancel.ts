import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { Database } from "../store/database.ts";
import type { TransactionEvent } from "./events.ts";
import { notFound } from "./handle.ts";
import type { RowMacKey, RowMacs } from "../ports/row-macs.ts";
import { cancelMacFor } from "./authority.ts";
import type { Policy } from "./policy/policy.ts";
import type { SenderKey } from "./record.ts";
import {
  recordOf,
  type StoredTransaction,
  spentMac,
  type TransactionReads,
  troubleColumns,
  withTables,
} from "./rows.ts";
import { parseSubject } from "./senders.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

export interface CancelParts {
  readonly tenant: string;
  readonly database: Database;
  readonly reads: TransactionReads;
  readonly policy: Policy;
  readonly macs: RowMacs;
  readonly webhooks: Webhooks | undefined;
  readonly now: () => number;
  readonly makeEvent: (name: "transaction.failed", stored: StoredTransaction) => TransactionEvent;
}

/**
 * Cancels what is queued, and asks the sender's worker to cancel what is signed.
 *
 * @returns whose transaction it was, and the event where it has ended now.
 * @throws `ERR_TRANSACTION_NOT_FOUND`, `ERR_TRANSACTION_NOT_CANCELLABLE`, `ERR_STORE_*`.
 */
export async function cancelTransaction(
  parts: CancelParts,
  id: string,
): Promise<{ readonly key: SenderKey; readonly event: TransactionEvent | undefined }> {
  const { database, policy, tenant, reads, webhooks, makeEvent } = parts;
  const stored = await reads.get(id);
  if (stored === undefined) throw notFound(id);
  const { sender: key } = stored.record;
  const cancelMac = await cancelMacFor(parts.macs, tenant, stored.record);
  const lease = await policy.lease();
  let eventKey: RowMacKey | undefined;
  try {
    if (webhooks !== undefined) eventKey = await parts.macs.lease({ kind: "tenant" });
    return await database.transaction(async (untyped) => {
      const tx = withTables(untyped);
      // The sender's row first, as its worker does: it also tells the worker that there is news.
      await tx
        .updateTable("latchkey_senders")
        .set(({ eb }) => ({ signal: eb("signal", "+", 1) }))
        .where("tenant", "=", tenant)
        .where("chain_id", "=", key.chainId)
        .where("address", "=", key.address)
        .execute();
      const row = await tx
        .selectFrom("latchkey_transactions")
        .selectAll()
        .where("id", "=", id)
        .where("tenant", "=", tenant)
        .executeTakeFirst();
      const record = row === undefined ? undefined : recordOf(row);
      if (record === undefined) throw notFound(id);
      if (record.state === "cancelled") return { key, event: undefined };
      // What was given up is on its way out already, and keeps its reason.
      if (record.isGivenUp) return { key, event: undefined };
      if (record.state === "signed" || record.state === "broadcast") {
        await tx
          .updateTable("latchkey_transactions")
          .set({ cancel_requested: 1, cancel_mac: cancelMac, ...troubleColumns(null), updated_at: parts.now() })
          .where("id", "=", id)
          .execute();
        return { key, event: undefined };
      }
      if (record.state !== "queued") throw notCancellable(id, record.state);
      await tx
        .updateTable("latchkey_transactions")
        .set({ state: "cancelled", cancel_requested: 1, updated_at: parts.now(), ...spentMac })
        .where("id", "=", id)
        .execute();
      await tx
        .updateTable("latchkey_senders")
        .set(({ eb }) => ({ open: eb("open", "-", 1) }))
        .where("tenant", "=", tenant)
        .where("chain_id", "=", key.chainId)
        .where("address", "=", key.address)
        .execute();
      const subject = parseSubject(record.subject);
      const book = await lease.open(untyped, [subject]);
      await book.settle(record.reservations, { kind: "returned" });
      await book.write();
      const event = makeEvent("transaction.failed", { ...stored, record: { ...record, state: "cancelled" } });
      if (eventKey !== undefined) await webhooks?.enqueue(untyped, [event], eventKey);
      return { key, event };
    });
  } finally {
    eventKey?.release();
    lease.release();
  }
}

function notCancellable(id: string, state: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_NOT_CANCELLABLE",
    `The transaction is ${state}: it can no longer be cancelled. Nothing was changed.`,
    { context: { id, state } },
  );
}
