import type { Transaction } from "kysely";
import type { NoTables } from "../store/database.ts";
import type { Schema } from "../store/migrations.ts";

/** A stored intent and where it stands. Times are milliseconds since the Unix epoch. */
export interface TransactionRow {
  /** Sorts by the time of its making (UUID version 7). */
  id: string;
  tenant: string;
  /** The chain's configured name, and its id. */
  chain: string;
  chain_id: number | string;
  /** The address that sends, as the chain writes it. */
  sender: string;
  /** `user:<wallet id>` or `service:<name>`. */
  subject: string;
  state: string;
  /** JSON: the encoded intent and the options. */
  payload: string;
  deadline_at: number | string | null;
  idempotency_key: string | null;
  /** JSON: what the policy counted for it. */
  reservations: string;
  /** `<branch id>:<version>` of the key that made the MAC. */
  mac_branch: string;
  mac: string;
  /** 1: `cancel()` was called; 2: nodes refuse it for good. No further attempt at the intent then: its nonce is to be freed. */
  cancel_requested: number;
  /** Whoever asked for that was Latchkey. */
  cancel_mac: string | null;
  /** What holds it up now, or why it failed: an error's code, and JSON of message and context. */
  error_code: string | null;
  error: string | null;
  created_at: number | string;
  updated_at: number | string;
}

/** One signed form of a transaction. Rows are never deleted: bytes that were sent can come back. */
export interface AttemptRow {
  transaction_id: string;
  /** Counts from 1. */
  number: number;
  tenant: string;
  chain_id: number | string;
  sender: string;
  nonce: number | string;
  /** `send`: the intent; `cancel`: in its place, nothing. */
  purpose: string;
  raw: string;
  hash: string;
  per_gas: string;
  tip: string;
  gas_limit: string;
  max_fee: string;
  fee_payer: string | null;
  payer_max_fee: string | null;
  signed_at: number | string;
  /** The height when it was signed: it can be in no block before. */
  since_block: string;
  /** When a node first took it. */
  accepted_at: number | string | null;
  /** 1: another transaction with its nonce is final. */
  is_dead: number;
  /** Under the key of the transaction's own MAC. */
  mac: string;
}

/** In which block it is. */
export interface ReceiptRow {
  transaction_id: string;
  attempt: number;
  hash: string;
  block_number: string;
  block_hash: string;
  /** JSON. */
  receipt: string;
}

/** One sender on one chain: whose turn it is to send from it, and how far its nonces are given out. */
export interface SenderRow {
  tenant: string;
  chain_id: number | string;
  address: string;
  chain: string;
  subject: string;
  /** Transactions that have not ended. */
  open: number;
  /** The lowest nonce that was never given out; null before the first. */
  next_nonce: number | string | null;
  /** Grows when something was asked of whoever holds the lease. */
  signal: number;
  lease_worker: string | null;
  /** Grows with each lease: who holds an older one writes nothing any more. */
  epoch: number;
}

/** A process that sends. */
export interface WorkerRow {
  worker_id: string;
  tenant: string;
  /** Grows while it lives. */
  beat: number;
  started_at: number | string;
}

export type TransactionTables = Record<"latchkey_transactions", TransactionRow> &
  Record<"latchkey_attempts", AttemptRow> &
  Record<"latchkey_receipts", ReceiptRow> &
  Record<"latchkey_senders", SenderRow> &
  Record<"latchkey_workers", WorkerRow>;

export const transactionSchema: Schema = {
  room: "transactions",
  migrations: [{ version: 1, oldestCode: 1, up: createTables }],
};

async function createTables(tx: Transaction<NoTables>): Promise<void> {
  await tx.schema
    .createTable("latchkey_transactions")
    .addColumn("id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("chain", "varchar(32)", (column) => column.notNull())
    .addColumn("chain_id", "bigint", (column) => column.notNull())
    .addColumn("sender", "varchar(64)", (column) => column.notNull())
    .addColumn("subject", "varchar(80)", (column) => column.notNull())
    .addColumn("state", "varchar(16)", (column) => column.notNull())
    .addColumn("payload", "text", (column) => column.notNull())
    .addColumn("deadline_at", "bigint")
    .addColumn("idempotency_key", "varchar(256)")
    .addColumn("reservations", "text", (column) => column.notNull())
    .addColumn("mac_branch", "varchar(64)", (column) => column.notNull())
    .addColumn("mac", "varchar(64)", (column) => column.notNull())
    .addColumn("cancel_requested", "integer", (column) => column.notNull())
    .addColumn("cancel_mac", "varchar(64)")
    .addColumn("error_code", "varchar(64)")
    .addColumn("error", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("latchkey_transactions_key", ["tenant", "idempotency_key"])
    .execute();
  await tx.schema
    .createIndex("latchkey_transactions_lane")
    .on("latchkey_transactions")
    .columns(["tenant", "chain_id", "sender", "state", "id"])
    .execute();
  await tx.schema
    .createIndex("latchkey_transactions_list")
    .on("latchkey_transactions")
    .columns(["tenant", "id"])
    .execute();

  await tx.schema
    .createTable("latchkey_attempts")
    .addColumn("transaction_id", "varchar(36)", (column) => column.notNull())
    .addColumn("number", "integer", (column) => column.notNull())
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("chain_id", "bigint", (column) => column.notNull())
    .addColumn("sender", "varchar(64)", (column) => column.notNull())
    .addColumn("nonce", "bigint", (column) => column.notNull())
    .addColumn("purpose", "varchar(8)", (column) => column.notNull())
    .addColumn("raw", "text", (column) => column.notNull())
    .addColumn("hash", "varchar(66)", (column) => column.notNull())
    .addColumn("per_gas", "varchar(80)", (column) => column.notNull())
    .addColumn("tip", "varchar(80)", (column) => column.notNull())
    .addColumn("gas_limit", "varchar(80)", (column) => column.notNull())
    .addColumn("max_fee", "varchar(80)", (column) => column.notNull())
    .addColumn("fee_payer", "varchar(64)")
    .addColumn("payer_max_fee", "varchar(80)")
    .addColumn("signed_at", "bigint", (column) => column.notNull())
    .addColumn("since_block", "varchar(80)", (column) => column.notNull())
    .addColumn("accepted_at", "bigint")
    .addColumn("is_dead", "integer", (column) => column.notNull())
    .addColumn("mac", "varchar(64)", (column) => column.notNull())
    .addPrimaryKeyConstraint("latchkey_attempts_pk", ["transaction_id", "number"])
    .execute();
  await tx.schema.createIndex("latchkey_attempts_hash").on("latchkey_attempts").columns(["hash"]).execute();

  await tx.schema
    .createTable("latchkey_receipts")
    .addColumn("transaction_id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("attempt", "integer", (column) => column.notNull())
    .addColumn("hash", "varchar(66)", (column) => column.notNull())
    .addColumn("block_number", "varchar(80)", (column) => column.notNull())
    .addColumn("block_hash", "varchar(66)", (column) => column.notNull())
    .addColumn("receipt", "text", (column) => column.notNull())
    .execute();

  await tx.schema
    .createTable("latchkey_senders")
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("chain_id", "bigint", (column) => column.notNull())
    .addColumn("address", "varchar(64)", (column) => column.notNull())
    .addColumn("chain", "varchar(32)", (column) => column.notNull())
    .addColumn("subject", "varchar(80)", (column) => column.notNull())
    .addColumn("open", "integer", (column) => column.notNull())
    .addColumn("next_nonce", "bigint")
    .addColumn("signal", "integer", (column) => column.notNull())
    .addColumn("lease_worker", "varchar(36)")
    .addColumn("epoch", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("latchkey_senders_pk", ["tenant", "chain_id", "address"])
    .execute();

  await tx.schema
    .createTable("latchkey_workers")
    .addColumn("worker_id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("beat", "integer", (column) => column.notNull())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .execute();
}
