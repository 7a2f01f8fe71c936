import type { CompiledQuery, Transaction } from "kysely";
import type { BranchKeyRef } from "../ports/branch-key-store.ts";
import type { Database, NoTables } from "../store/database.ts";
import { toUserKey, toWalletId, type UserKey, type WalletId } from "../units/brands.ts";
import type { DerivedAccount, SealedWallet } from "../vault/vault.ts";
import type { WalletTables } from "./schema.ts";

/** A wallet as stored, without its secret. */
export interface WalletRecord {
  readonly walletId: WalletId;
  readonly userId: string;
  readonly createdAt: string;
  readonly accounts: readonly DerivedAccount[];
  /** The branch key of its envelope, under which its other rows are guarded too. */
  readonly branch: BranchKeyRef;
}

export interface SealedRecord {
  readonly sealed: SealedWallet;
  readonly revision: number;
}

/** A wallet without an account of some scheme, as its row says. */
export interface LackingWallet {
  readonly walletId: WalletId;
  readonly userKey: UserKey;
  readonly userId: string;
}

export interface BackfillPage {
  readonly after: string;
  readonly limit: number;
  readonly schemes: readonly string[];
}

/** This room's queries, for one tenant. They tell what the rows say: whoever asks compares user ids with user keys. */
export interface WalletRows {
  /** One query. A wallet whose account rows are gone has no accounts. */
  find(userKey: UserKey): Promise<WalletRecord | undefined>;
  findByAddress(
    accounts: readonly { readonly scheme: string; readonly address: string }[],
  ): Promise<{ readonly userKey: UserKey; readonly record: WalletRecord } | undefined>;
  findById(walletId: string): Promise<{ readonly userKey: UserKey; readonly record: WalletRecord } | undefined>;
  sealed(walletId: WalletId): Promise<SealedRecord | undefined>;
  /** Inserts wallet and accounts together. False where the user has a wallet already: nothing was written. */
  insert(
    userId: string,
    sealed: SealedWallet,
    accounts: readonly DerivedAccount[],
    createdAt: string,
  ): Promise<boolean>;
  /** Replaces the secret and adds accounts. False where another writer was first: nothing was written. */
  extend(seenRevision: number, sealed: SealedWallet, added: readonly DerivedAccount[]): Promise<boolean>;
  /** Wallets without an account of some of the schemes, by wallet id. */
  lacking(page: BackfillPage): Promise<readonly LackingWallet[]>;
  countLacking(schemes: readonly string[]): Promise<number>;
}

interface SealedRow {
  readonly user_key: string;
  readonly branch_id: string;
  readonly branch_version: number;
  readonly envelope: Uint8Array;
  readonly revision: number;
}

interface JoinedRow {
  readonly wallet_id: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly branch_id: string;
  readonly branch_version: number;
  /** Null, as the two below, where the wallet has no account row. */
  readonly scheme: string | null;
  readonly path: string | null;
  readonly address: string | null;
}

export function walletRows(database: Database, tenant: string): WalletRows {
  const reader = database.reader.$extendTables<WalletTables>();
  const transaction = <T>(work: (tx: Transaction<WalletTables>) => Promise<T>): Promise<T> =>
    database.transaction((tx: Transaction<NoTables>) => work(tx.$extendTables<WalletTables>()));

  const joined = reader
    .selectFrom("latchkey_wallets as w")
    .leftJoin("latchkey_accounts as a", "a.wallet_id", "w.wallet_id")
    .select([
      "w.wallet_id",
      "w.user_id",
      "w.created_at",
      "w.branch_id",
      "w.branch_version",
      "a.scheme",
      "a.path",
      "a.address",
    ]);
  // Built once: these are the queries of every login and of every signature.
  const compiledSealed = reader
    .selectFrom("latchkey_wallets")
    .select(["user_key", "branch_id", "branch_version", "envelope", "revision"])
    .where("wallet_id", "=", "")
    .where("tenant", "=", tenant)
    .compile();
  const compiled = joined.where("w.user_key", "=", "").compile();
  const findByUserKey = async (userKey: string): Promise<WalletRecord | undefined> => {
    const query: CompiledQuery<JoinedRow> = { ...compiled, parameters: [userKey] };
    return recordOf(tenant, (await reader.executeQuery(query)).rows);
  };

  const lackingAny = (schemes: readonly string[]) =>
    reader
      .selectFrom("latchkey_wallets as w")
      .where("w.tenant", "=", tenant)
      .where(
        ({ selectFrom, fn }) =>
          selectFrom("latchkey_accounts as a")
            .whereRef("a.wallet_id", "=", "w.wallet_id")
            .where("a.scheme", "in", schemes)
            .select(fn.countAll<number>().as("held")),
        "<",
        schemes.length,
      );

  return {
    find: findByUserKey,

    findByAddress: async (accounts) => {
      if (accounts.length === 0) return undefined;
      const hit = await reader
        .selectFrom("latchkey_accounts as a")
        .innerJoin("latchkey_wallets as w", "w.wallet_id", "a.wallet_id")
        .select("w.user_key")
        .where("w.tenant", "=", tenant)
        .where(({ eb, and, or }) =>
          or(accounts.map(({ scheme, address }) => and([eb("a.address", "=", address), eb("a.scheme", "=", scheme)]))),
        )
        .limit(1)
        .executeTakeFirst();
      if (hit === undefined) return undefined;
      const record = await findByUserKey(hit.user_key);
      return record === undefined ? undefined : { userKey: toUserKey(hit.user_key), record };
    },

    findById: async (walletId) => {
      const hit = await reader
        .selectFrom("latchkey_wallets")
        .select("user_key")
        .where("wallet_id", "=", walletId)
        .where("tenant", "=", tenant)
        .executeTakeFirst();
      if (hit === undefined) return undefined;
      const record = await findByUserKey(hit.user_key);
      return record === undefined ? undefined : { userKey: toUserKey(hit.user_key), record };
    },

    sealed: async (walletId) => {
      const query: CompiledQuery<SealedRow> = { ...compiledSealed, parameters: [walletId, tenant] };
      const [row] = (await reader.executeQuery(query)).rows;
      if (row === undefined) return undefined;
      const branch = { tenant, branchId: row.branch_id, version: row.branch_version };
      return {
        sealed: { userKey: toUserKey(row.user_key), walletId, branch, envelope: row.envelope },
        revision: row.revision,
      };
    },

    insert: (userId, sealed, accounts, createdAt) =>
      transaction(async (tx) => {
        const isFirst = await database.insertIfAbsent(
          tx.insertInto("latchkey_wallets").values({
            wallet_id: sealed.walletId,
            tenant,
            user_key: sealed.userKey,
            user_id: userId,
            branch_id: sealed.branch.branchId,
            branch_version: sealed.branch.version,
            envelope: sealed.envelope,
            revision: 1,
            created_at: createdAt,
          }),
        );
        if (isFirst) await insertAccounts(tx, sealed.walletId, accounts);
        return isFirst;
      }),

    extend: (seenRevision, sealed, added) =>
      transaction(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("latchkey_wallets")
          .set({
            branch_id: sealed.branch.branchId,
            branch_version: sealed.branch.version,
            envelope: sealed.envelope,
            revision: seenRevision + 1,
          })
          .where("wallet_id", "=", sealed.walletId)
          .where("revision", "=", seenRevision)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        await insertAccounts(tx, sealed.walletId, added);
        return true;
      }),

    lacking: async ({ after, limit, schemes }) => {
      const rows = await lackingAny(schemes)
        .where("w.wallet_id", ">", after)
        .select(["w.wallet_id", "w.user_key", "w.user_id"])
        .orderBy("w.wallet_id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        walletId: toWalletId(row.wallet_id),
        userKey: toUserKey(row.user_key),
        userId: row.user_id,
      }));
    },

    countLacking: async (schemes) => {
      const { count } = await lackingAny(schemes)
        .select(({ fn }) => fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

async function insertAccounts(
  tx: Transaction<WalletTables>,
  walletId: WalletId,
  accounts: readonly DerivedAccount[],
): Promise<void> {
  const rows = accounts.map(({ scheme, path, address }) => ({ wallet_id: walletId, scheme, path, address }));
  await tx.insertInto("latchkey_accounts").values(rows).execute();
}

function recordOf(tenant: string, rows: readonly JoinedRow[]): WalletRecord | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    walletId: toWalletId(first.wallet_id),
    userId: first.user_id,
    createdAt: first.created_at,
    branch: { tenant, branchId: first.branch_id, version: first.branch_version },
    accounts: rows.flatMap(({ scheme, path, address }) =>
      scheme === null || path === null || address === null ? [] : [{ scheme, path, address }],
    ),
  };
}
