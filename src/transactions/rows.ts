import type { Transaction } from "kysely";
import type { TransactionReceipt } from "../ports/chain-adapter.ts";
import type { Database, NoTables } from "../store/database.ts";
import { isHex } from "../units/bytes.ts";
import { isRecord } from "../units/is-record.ts";
import { parse, parsePayload, parseReservations, parseTrouble, toJson } from "./json.ts";
import type { Attempt, SenderKey, TransactionRecord, Trouble } from "./record.ts";
import type { AttemptRow, ReceiptRow, TransactionRow, TransactionTables } from "./schema.ts";
import { isTransactionState, type TransactionState } from "./states.ts";

/** A transaction of the database with this room's tables. */
export type Tx = Transaction<TransactionTables>;

export function withTables(tx: Transaction<NoTables>): Tx {
  return tx.$extendTables<TransactionTables>();
}

/** A stored transaction, its attempts in their order, and its block where it is in one. */
export interface StoredTransaction {
  readonly record: TransactionRecord;
  readonly attempts: readonly Attempt[];
  readonly mined: Mined | null;
  /** False where some of its rows cannot be read: somebody has altered them. */
  readonly isWhole?: boolean;
}

export interface Mined {
  readonly attempt: number;
  readonly receipt: TransactionReceipt;
}

/** Undefined for a row that Latchkey did not write. */
export function recordOf(row: TransactionRow): TransactionRecord | undefined {
  const payload = parsePayload(row.payload);
  const reservations = parseReservations(row.reservations);
  if (payload === undefined || reservations === undefined || !isTransactionState(row.state)) return undefined;
  return {
    id: row.id,
    sender: { chain: row.chain, chainId: Number(row.chain_id), address: row.sender },
    subject: row.subject,
    payload,
    payloadText: row.payload,
    deadlineAt: row.deadline_at === null ? null : Number(row.deadline_at),
    idempotencyKey: row.idempotency_key,
    reservations,
    reservationsText: row.reservations,
    macBranch: row.mac_branch,
    mac: row.mac,
    state: row.state,
    isCancelRequested: row.cancel_requested !== 0,
    isGivenUp: row.cancel_requested === 2,
    cancelMac: row.cancel_mac,
    trouble: parseTrouble(row.error_code, row.error),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

export function rowOfRecord(record: TransactionRecord, tenant: string): TransactionRow {
  return {
    id: record.id,
    tenant,
    chain: record.sender.chain,
    chain_id: record.sender.chainId,
    sender: record.sender.address,
    subject: record.subject,
    state: record.state,
    payload: record.payloadText,
    deadline_at: record.deadlineAt,
    idempotency_key: record.idempotencyKey,
    reservations: record.reservationsText,
    mac_branch: record.macBranch,
    mac: record.mac,
    cancel_requested: record.isGivenUp ? 2 : record.isCancelRequested ? 1 : 0,
    cancel_mac: record.cancelMac,
    ...troubleColumns(record.trouble),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/** Undefined for a row that Latchkey did not write. */
function attemptOf(row: AttemptRow): Attempt | undefined {
  const perGas = decimal(row.per_gas);
  const tip = decimal(row.tip);
  const gasLimit = decimal(row.gas_limit);
  const maxFee = decimal(row.max_fee);
  const sinceBlock = decimal(row.since_block);
  const payerMaxFee = decimal(row.payer_max_fee ?? "0");
  if (!isHex(row.raw) || !isHex(row.hash) || perGas === undefined || tip === undefined || gasLimit === undefined)
    return undefined;
  if (maxFee === undefined || sinceBlock === undefined || payerMaxFee === undefined) return undefined;
  return {
    transactionId: row.transaction_id,
    number: row.number,
    nonce: Number(row.nonce),
    purpose: row.purpose === "cancel" ? "cancel" : "send",
    raw: row.raw,
    hash: row.hash,
    fee: { perGas, tip },
    gasLimit,
    maxFee,
    feePayer: row.fee_payer === null ? null : { address: row.fee_payer, maxFee: payerMaxFee },
    signedAt: Number(row.signed_at),
    sinceBlock,
    acceptedAt: row.accepted_at === null ? null : Number(row.accepted_at),
    isDead: row.is_dead !== 0,
    mac: row.mac,
  };
}

function decimal(text: unknown): bigint | undefined {
  return typeof text === "string" && /^\d{1,80}$/.test(text) ? BigInt(text) : undefined;
}

export function rowOfAttempt(attempt: Attempt, tenant: string, sender: SenderKey): AttemptRow {
  return {
    transaction_id: attempt.transactionId,
    number: attempt.number,
    tenant,
    chain_id: sender.chainId,
    sender: sender.address,
    nonce: attempt.nonce,
    purpose: attempt.purpose,
    raw: attempt.raw,
    hash: attempt.hash,
    per_gas: attempt.fee.perGas.toString(),
    tip: attempt.fee.tip.toString(),
    gas_limit: attempt.gasLimit.toString(),
    max_fee: attempt.maxFee.toString(),
    fee_payer: attempt.feePayer?.address ?? null,
    payer_max_fee: attempt.feePayer?.maxFee.toString() ?? null,
    signed_at: attempt.signedAt,
    since_block: attempt.sinceBlock.toString(),
    accepted_at: attempt.acceptedAt,
    is_dead: attempt.isDead ? 1 : 0,
    mac: attempt.mac,
  };
}

export function rowOfMined(transactionId: string, { attempt, receipt }: Mined): ReceiptRow {
  return {
    transaction_id: transactionId,
    attempt,
    hash: receipt.hash,
    block_number: receipt.blockNumber.toString(),
    block_hash: receipt.blockHash,
    receipt: toJson(receipt),
  };
}

/** Undefined for a row that Latchkey did not write. */
function minedOf(row: ReceiptRow): Mined | undefined {
  const parsed = parse(row.receipt);
  const blockNumber = decimal(row.block_number);
  if (!isRecord(parsed) || !isHex(row.hash) || !isHex(row.block_hash) || blockNumber === undefined) return undefined;
  const { status, feePayer, failure, contractAddress } = parsed;
  const gasUsed = decimal(parsed["gasUsed"]);
  const fee = decimal(parsed["fee"]);
  const payerFee = isRecord(feePayer) ? decimal(feePayer["fee"]) : 0n;
  if (gasUsed === undefined || fee === undefined || payerFee === undefined) return undefined;
  return {
    attempt: row.attempt,
    receipt: {
      hash: row.hash,
      status: status === "success" ? "success" : "reverted",
      blockNumber,
      blockHash: row.block_hash,
      gasUsed,
      fee,
      ...(isRecord(feePayer) && typeof feePayer["address"] === "string"
        ? { feePayer: { address: feePayer["address"], fee: payerFee } }
        : {}),
      ...(typeof failure === "string" ? { failure } : {}),
      contractAddress: typeof contractAddress === "string" ? contractAddress : null,
    },
  };
}

/** What is asked of the store, beside what a lane writes. */
export interface TransactionReads {
  get(id: string): Promise<StoredTransaction | undefined>;
  /** The transaction that an attempt with this hash belongs to. */
  byHash(hash: string): Promise<StoredTransaction | undefined>;
  /** In the order of making. Those whose rows nobody can read are left out. */
  byIds(ids: readonly string[]): Promise<readonly StoredTransaction[]>;
  states(ids: readonly string[]): Promise<ReadonlyMap<string, TransactionState>>;
  /** Newest first, those before the id `before`. */
  page(filter: PageFilter): Promise<readonly StoredTransaction[]>;
}

export interface PageFilter {
  readonly sender: { readonly chainId: number; readonly address: string } | undefined;
  readonly state: TransactionState | undefined;
  readonly before: string | undefined;
  readonly limit: number;
}

/** Databases bind so many values a query at most. */
const idsPerQuery = 500;

export function transactionReads(database: Database, tenant: string): TransactionReads {
  const reader = database.reader.$extendTables<TransactionTables>();

  async function complete(rows: readonly TransactionRow[]): Promise<StoredTransaction[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const [attempts, receipts] = await Promise.all([
      reader.selectFrom("latchkey_attempts").selectAll().where("transaction_id", "in", ids).orderBy("number").execute(),
      reader.selectFrom("latchkey_receipts").selectAll().where("transaction_id", "in", ids).execute(),
    ]);
    const attemptsOf = Map.groupBy(attempts, ({ transaction_id: id }) => id);
    const receiptOf = new Map(receipts.map((receipt) => [receipt.transaction_id, receipt]));
    return rows.flatMap((row) => {
      const record = recordOf(row);
      if (record === undefined) return [];
      const receipt = receiptOf.get(row.id);
      const rowsOfAttempts = attemptsOf.get(row.id) ?? [];
      const readable = rowsOfAttempts.flatMap((each) => attemptOf(each) ?? []);
      const mined = receipt === undefined ? null : minedOf(receipt);
      const isWhole = readable.length === rowsOfAttempts.length && mined !== undefined;
      return [{ record, attempts: readable, mined: mined ?? null, isWhole }];
    });
  }

  async function byIds(ids: readonly string[]): Promise<StoredTransaction[]> {
    const found: StoredTransaction[] = [];
    for (let start = 0; start < ids.length; start += idsPerQuery) {
      const some = ids.slice(start, start + idsPerQuery);
      const rows = await reader
        .selectFrom("latchkey_transactions")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", "in", some)
        .orderBy("id")
        .execute();
      found.push(...(await complete(rows)));
    }
    return found;
  }

  return {
    byIds,
    get: async (id) => (await byIds([id]))[0],

    byHash: async (hash) => {
      const attempt = await reader
        .selectFrom("latchkey_attempts")
        .select("transaction_id")
        .where("hash", "=", hash)
        .where("tenant", "=", tenant)
        .executeTakeFirst();
      return attempt === undefined ? undefined : (await byIds([attempt.transaction_id]))[0];
    },

    states: async (ids) => {
      const states = new Map<string, TransactionState>();
      for (let start = 0; start < ids.length; start += idsPerQuery) {
        const rows = await reader
          .selectFrom("latchkey_transactions")
          .select(["id", "state"])
          .where("id", "in", ids.slice(start, start + idsPerQuery))
          .where("tenant", "=", tenant)
          .execute();
        for (const { id, state } of rows) if (isTransactionState(state)) states.set(id, state);
      }
      return states;
    },

    page: async ({ sender, state, before, limit }) => {
      let query = reader.selectFrom("latchkey_transactions").selectAll().where("tenant", "=", tenant);
      if (sender !== undefined)
        query = query.where("chain_id", "=", sender.chainId).where("sender", "=", sender.address);
      if (state !== undefined) query = query.where("state", "=", state);
      if (before !== undefined) query = query.where("id", "<", before);
      return await complete(await query.orderBy("id", "desc").limit(limit).execute());
    },
  };
}

/** What has ended is authorised no more: put back into the queue, its row is nobody's. */
export const spentMac = { mac: "" } as const;

export function troubleColumns(trouble: Trouble | null): Pick<TransactionRow, "error_code" | "error"> {
  if (trouble === null) return { error_code: null, error: null };
  const { code, message, context } = trouble;
  return { error_code: code, error: toJson({ message, context }) };
}
