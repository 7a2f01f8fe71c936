import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainView } from "./chain-view.ts";
import { isRecord } from "../units/is-record.ts";
import type { TransactionReads } from "./rows.ts";
import { isTransactionState, type TransactionState } from "./states.ts";
import { statusOf, type TransactionStatus } from "./status.ts";

export interface ListOptions {
  /** Of this account alone. */
  readonly account?: { readonly chain: string; readonly address: string };
  readonly status?: TransactionState;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** 1 to 500. Default 100. */
  readonly limit?: number;
}

/** Newest first. */
export interface TransactionPage {
  readonly transactions: readonly TransactionStatus[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

const known: readonly string[] = ["account", "status", "cursor", "limit"];

/** @throws `ERR_TRANSACTION_OPTIONS_INVALID`; `ERR_CHAIN_ADDRESS_INVALID`; `ERR_STORE_*`. */
export async function listTransactions(
  reads: TransactionReads,
  views: ReadonlyMap<string, ChainView>,
  options: unknown = {},
): Promise<TransactionPage> {
  if (!isListOptions(options)) throw invalid("the options are no object");
  const odd = Object.keys(options).find((name) => !known.includes(name));
  if (odd !== undefined) throw invalid(`there is no option "${odd.slice(0, 40)}"; there are ${known.join(", ")}`);
  const { account, status, cursor, limit = 100 } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw invalid("limit is a whole number from 1 to 500");
  if (status !== undefined && !isTransactionState(status)) throw invalid("there is no such status");
  if (cursor !== undefined && !isCursor(cursor)) throw invalid("the cursor is none of nextCursor's");
  if (account !== undefined && !isAccount(account)) throw invalid("account has a chain and an address");
  const view = account === undefined ? undefined : views.get(account.chain);
  if (account !== undefined && view === undefined) throw invalid("the account's chain is not configured");
  const sender =
    account === undefined || view === undefined
      ? undefined
      : { chainId: view.chain.chainId, address: view.chain.scheme.parseAddress(account.address) };
  // One more than asked for tells whether there is another page.
  const found = await reads.page({ sender, state: status, before: cursor, limit: limit + 1 });
  const transactions = found.slice(0, limit).map(statusOf);
  return { transactions, nextCursor: found.length > limit ? (transactions.at(-1)?.id ?? null) : null };
}

function isListOptions(value: unknown): value is ListOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAccount(value: unknown): boolean {
  return isRecord(value) && typeof value["chain"] === "string" && typeof value["address"] === "string";
}

function isCursor(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f-]{36}$/.test(value);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_TRANSACTION_OPTIONS_INVALID", `transactions.list: ${what}. Nothing was read.`);
}
