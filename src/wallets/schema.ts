import type { Transaction } from "kysely";
import type { Dialect, NoTables } from "../store/database.ts";
import type { Schema } from "../store/migrations.ts";

interface WalletRow {
  wallet_id: string;
  tenant: string;
  /** What `userKeyOf` makes of tenant and user id; unique, and what decides a race. */
  user_key: string;
  user_id: string;
  branch_id: string;
  branch_version: number;
  envelope: Uint8Array;
  /** Counts the envelope's rewritings: the compare-and-swap of those who reseal. */
  revision: number;
  /** ISO 8601, UTC. */
  created_at: string;
}

interface AccountRow {
  wallet_id: string;
  scheme: string;
  path: string;
  address: string;
}

/** Tables of this room, as Kysely sees them. */
export type WalletTables = Record<"latchkey_wallets", WalletRow> & Record<"latchkey_accounts", AccountRow>;

export const walletSchema: Schema = {
  room: "wallets",
  migrations: [
    {
      version: 1,
      oldestCode: 1,
      up: async (tx: Transaction<NoTables>, dialect: Dialect): Promise<void> => {
        await tx.schema
          .createTable("latchkey_wallets")
          .addColumn("wallet_id", "varchar(36)", (column) => column.primaryKey())
          .addColumn("tenant", "varchar(256)", (column) => column.notNull())
          .addColumn("user_key", "varchar(64)", (column) => column.notNull().unique())
          .addColumn("user_id", "varchar(256)", (column) => column.notNull())
          .addColumn("branch_id", "varchar(36)", (column) => column.notNull())
          .addColumn("branch_version", "integer", (column) => column.notNull())
          .addColumn("envelope", dialect === "postgres" ? "bytea" : "blob", (column) => column.notNull())
          .addColumn("revision", "integer", (column) => column.notNull())
          .addColumn("created_at", "varchar(24)", (column) => column.notNull())
          .execute();
        await tx.schema
          .createTable("latchkey_accounts")
          .addColumn("wallet_id", "varchar(36)", (column) => column.notNull().references("latchkey_wallets.wallet_id"))
          .addColumn("scheme", "varchar(32)", (column) => column.notNull())
          .addColumn("path", "varchar(128)", (column) => column.notNull())
          .addColumn("address", "varchar(128)", (column) => column.notNull())
          .addPrimaryKeyConstraint("latchkey_accounts_pk", ["wallet_id", "scheme"])
          .execute();
        await tx.schema
          .createIndex("latchkey_accounts_address")
          .on("latchkey_accounts")
          .columns(["address", "scheme"])
          .execute();
      },
    },
  ],
};
