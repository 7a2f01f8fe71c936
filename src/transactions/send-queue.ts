import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { RowMacKey, RowMacs } from "../ports/row-macs.ts";
import type { Database } from "../store/database.ts";
import { type Draft, isSame, rowOfDraft } from "./draft.ts";
import { withKeys } from "./lease-keys.ts";
import { toJson } from "./json.ts";
import type { Policy, PolicyLease } from "./policy/policy.ts";
import type { TransactionRecord } from "./record.ts";
import { recordOf, type Tx, withTables } from "./rows.ts";
import type { SenderRow, TransactionRow } from "./schema.ts";
import { keyText, type Sender, subjectText } from "./senders.ts";

export interface SendQueueParts {
  readonly tenant: string;
  readonly database: Database;
  readonly macs: RowMacs;
  readonly policy: Policy;
  /** Transactions of one sender that may be unfinished. */
  readonly queueLimit: number;
}

interface Job {
  readonly draft: Draft;
  readonly payloadText: string;
  readonly resolve: (record: TransactionRecord) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly record: TransactionRecord } | { readonly error: unknown };

/** Sends that share one database transaction at most: a commit costs the same for all of them. */
const batchSize = 128;
const raceAttempts = 5;

/** Stores intents. Sends that come while a commit is under way share the next one; each has its own outcome. */
export class SendQueue {
  readonly #parts: SendQueueParts;
  readonly #jobs: Job[] = [];
  #draining: Promise<void> | undefined;

  constructor(parts: SendQueueParts) {
    this.#parts = parts;
  }

  /**
   * @throws `ERR_TRANSACTION_KEY_REUSED`, `ERR_TRANSACTION_QUEUE_FULL`, `ERR_POLICY_*`, `ERR_STORE_*`; the wrapping key's errors.
   */
  store(draft: Draft): Promise<TransactionRecord> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ draft, payloadText: toJson(draft.payload), resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing is being stored. */
  async settled(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    // Lets callers of the same turn get into the first batch.
    await Promise.resolve();
    while (this.#jobs.length > 0) await this.#flush(this.#jobs.splice(0, batchSize));
    this.#draining = undefined;
  }

  async #flush(jobs: readonly Job[]): Promise<void> {
    try {
      const outcomes = await this.#storeAll(jobs);
      for (const [index, job] of jobs.entries()) {
        const outcome = outcomes[index];
        if (outcome !== undefined && "record" in outcome) job.resolve(outcome.record);
        else job.reject(outcome?.error);
      }
    } catch (error) {
      for (const job of jobs) job.reject(isUnknown(error) ? maybeStored(error, job.draft) : error);
    }
  }

  async #storeAll(jobs: readonly Job[]): Promise<readonly Outcome[]> {
    const { macs, policy } = this.#parts;
    const owners = new Map(jobs.map(({ draft }) => [subjectText(draft.sender.subject), draft.sender.owner] as const));
    return await withKeys(macs, owners, async (keys, failures) => {
      const lease = await policy.lease();
      try {
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await this.#parts.database.transaction(async (untyped) => {
              const subjects = new Map(
                jobs.map(({ draft: { sender } }) => [subjectText(sender.subject), sender.subject]),
              );
              const book = await lease.open(untyped, [...subjects.values()]);
              const outcomes = await this.#work(withTables(untyped), jobs, { keys, failures, book });
              await book.write();
              return outcomes;
            });
          } catch (error) {
            if (!(error instanceof KeyRace) || attempt >= raceAttempts) throw error;
          }
        }
      } finally {
        lease.release();
      }
    });
  }

  async #work(
    tx: Tx,
    jobs: readonly Job[],
    parts: {
      readonly keys: ReadonlyMap<string, RowMacKey>;
      readonly failures: ReadonlyMap<string, unknown>;
      readonly book: Awaited<ReturnType<PolicyLease["open"]>>;
    },
  ): Promise<readonly Outcome[]> {
    const { tenant, queueLimit } = this.#parts;
    const known = await this.#findByKey(tx, jobs);
    const open = await this.#lockSenders(tx, jobs);
    const outcomes: Outcome[] = [];
    const rows: TransactionRow[] = [];
    for (const { draft, payloadText } of jobs) {
      const { sender, idempotencyKey: key } = draft;
      const subject = subjectText(sender.subject);
      const existing = key === null ? undefined : known.get(key);
      if (existing !== undefined) {
        outcomes.push(isSame(existing, draft, payloadText) ? { record: existing } : { error: keyReused(existing.id) });
        continue;
      }
      const macKey = parts.keys.get(subject);
      if (macKey === undefined) {
        outcomes.push({ error: parts.failures.get(subject) });
        continue;
      }
      const place = open.get(keyText(sender.key));
      if (place === undefined || place.open >= queueLimit) {
        outcomes.push({ error: queueFull(queueLimit) });
        continue;
      }
      try {
        const { chain, chainId } = sender.key;
        const ask = {
          subject: sender.subject,
          chain,
          chainId,
          intent: draft.payload.intent,
          nowMs: draft.createdAt,
        };
        const reservations = await parts.book.admit(ask);
        const row = rowOfDraft(tenant, draft, payloadText, toJson(reservations), macKey);
        const record = recordOf(row);
        if (record === undefined) throw unreadable();
        place.open += 1;
        rows.push(row);
        outcomes.push({ record });
        // Two sends of one batch may have one key.
        if (key !== null) known.set(key, record);
      } catch (error) {
        // Whatever else went wrong is no decision about this one intent: nothing of the batch is stored.
        if (!isLatchkeyError(error) || !error.code.startsWith("ERR_POLICY_")) throw error;
        outcomes.push({ error });
      }
    }
    await insertAll(this.#parts.database, tx, rows);
    for (const { key, open: count, before } of open.values()) {
      if (count === before) continue;
      await tx
        .updateTable("latchkey_senders")
        .set({ open: count })
        .where("tenant", "=", tenant)
        .where("chain_id", "=", key.chainId)
        .where("address", "=", key.address)
        .execute();
    }
    return outcomes;
  }

  async #findByKey(tx: Tx, jobs: readonly Job[]): Promise<Map<string, TransactionRecord>> {
    const keys = jobs.flatMap(({ draft: { idempotencyKey } }) => (idempotencyKey === null ? [] : [idempotencyKey]));
    const known = new Map<string, TransactionRecord>();
    if (keys.length === 0) return known;
    const rows = await tx
      .selectFrom("latchkey_transactions")
      .selectAll()
      .where("tenant", "=", this.#parts.tenant)
      .where("idempotency_key", "in", [...new Set(keys)])
      .execute();
    for (const row of rows) {
      const record = recordOf(row);
      if (record === undefined) throw unreadable();
      if (row.idempotency_key !== null) known.set(row.idempotency_key, record);
    }
    return known;
  }

  /** Locks the senders' rows, made where there are none, in an order that is the same for everybody. */
  async #lockSenders(
    tx: Tx,
    jobs: readonly Job[],
  ): Promise<Map<string, { readonly key: Sender["key"]; readonly before: number; open: number }>> {
    const { tenant, database } = this.#parts;
    const senders = new Map(jobs.map(({ draft: { sender } }) => [keyText(sender.key), sender] as const));
    const locked = new Map<string, { readonly key: Sender["key"]; readonly before: number; open: number }>();
    for (const [name, { key, subject }] of [...senders].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const read = async (): Promise<Pick<SenderRow, "open"> | undefined> => {
        const query = tx
          .selectFrom("latchkey_senders")
          .select("open")
          .where("tenant", "=", tenant)
          .where("chain_id", "=", key.chainId)
          .where("address", "=", key.address);
        return await (database.dialect === "postgres" ? query.forUpdate() : query).executeTakeFirst();
      };
      let row = await read();
      if (row === undefined) {
        await database.insertIfAbsent(
          tx.insertInto("latchkey_senders").values({
            tenant,
            chain_id: key.chainId,
            address: key.address,
            chain: key.chain,
            subject: subjectText(subject),
            open: 0,
            next_nonce: null,
            signal: 0,
            lease_worker: null,
            epoch: 0,
          }),
        );
        row = await read();
      }
      const open = row?.open ?? 0;
      locked.set(name, { key, before: open, open });
    }
    return locked;
  }
}

/** Another process stored a transaction with the same key a moment before. */
class KeyRace extends Error {}

async function insertAll(database: Database, tx: Tx, rows: readonly TransactionRow[]): Promise<void> {
  const plain = rows.filter(({ idempotency_key: key }) => key === null);
  if (plain.length > 0) await tx.insertInto("latchkey_transactions").values(plain).execute();
  for (const row of rows) {
    if (row.idempotency_key === null) continue;
    if (!(await database.insertIfAbsent(tx.insertInto("latchkey_transactions").values(row)))) throw new KeyRace();
  }
}

function keyReused(id: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_KEY_REUSED",
    "This idempotency key was used before, for another intent, account or options. Nothing was stored; give each thing to do a key of its own.",
    { context: { id } },
  );
}

function queueFull(limit: number): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_QUEUE_FULL",
    `This sender has ${String(limit)} transactions that have not ended, which is as many as it may. Nothing was stored; try again when some have.`,
    { context: { limit } },
  );
}

function unreadable(): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_TAMPERED",
    "A stored transaction cannot be read: it was altered. Nothing was stored; look into who writes to the database.",
  );
}

/** Whether the commit's outcome is unknown: it may have been made. */
function isUnknown(error: unknown): error is LatchkeyError {
  return isLatchkeyError(error) && error.context["outcome"] === "unknown";
}

/** Whoever repeats what is called retryable would pay twice where nothing tells that it is the same. */
function maybeStored({ code, cause, context }: LatchkeyError, { id, idempotencyKey }: Draft): LatchkeyError {
  return new LatchkeyError(
    code,
    "The database did not say whether the transaction was stored. Send it again with the same idempotencyKey; without one, look it up by the id in context.id first.",
    { context: { ...context, id }, retryable: idempotencyKey !== null, cause },
  );
}
