import type { Transaction } from "kysely";
import type { NoTables } from "../store/database.ts";
import type { Schema } from "../store/migrations.ts";

/** A collection that the backend knows. Times are milliseconds since the Unix epoch, heights are block numbers. */
export interface CollectionRow {
  /** A random UUID. */
  id: string;
  tenant: string;
  /** The chain's configured name, and its id. */
  chain: string;
  chain_id: number | string;
  alias: string;
  name: string;
  symbol: string;
  /** JSON: what is deployed; null where it was there before. */
  deployment: string | null;
  /** Counts its deployments: one that failed is followed by another. */
  attempt: number;
  /** The transaction that deploys it, once it is stored. */
  transaction_id: string | null;
  /** As the chain writes it; null until it is deployed. */
  address: string | null;
  /** 1: it mints in batches. */
  is_batch: number;
  created_at: number | string;
}

/** How far a collection's transfers are read. */
export interface IndexRow {
  collection_id: string;
  tenant: string;
  chain_id: number | string;
  /** The lowest block that is not read yet. */
  next_block: number | string;
  /** Transfers up to this block were there before, and raise no events. */
  told_from: number | string;
  /** Grows with each write: of several that read the same blocks one writes. */
  epoch: number;
  /** Whoever reads it; null: nobody. */
  lease_worker: string | null;
  lease_until: number | string;
}

/** A token that exists, as its last transfer left it. Addresses are lower-case, ids 64 hexadecimal digits. */
export interface TokenRow {
  collection_id: string;
  token_id: string;
  owner: string;
  /** The zero address for a token that never moved. */
  previous_owner: string;
  block_number: number | string;
  log_index: number;
  hash: string;
}

/** One Transfer log. */
export interface TransferRow {
  collection_id: string;
  block_number: number | string;
  log_index: number;
  token_id: string;
  /** The zero address mints. */
  sender: string;
  /** The zero address burns. */
  receiver: string;
  hash: string;
}

/** The hash of a block that was read: of the last one, and of those that a reorganisation may still take away. */
export interface BlockRow {
  collection_id: string;
  number: number | string;
  hash: string;
}

/** How far a chain's blocks were looked through for payments. */
export interface PaymentCursorRow {
  tenant: string;
  chain_id: number | string;
  next_block: number | string;
  epoch: number;
}

/** An outside address that a user says is theirs, and whether they have proved it. */
export interface LinkRow {
  tenant: string;
  chain_id: number | string;
  user_key: string;
  /** The outside address, as the chain writes it. */
  address: string;
  /** The user's own account here. */
  account: string;
  /** In the text that is to be signed. */
  nonce: string;
  expires_at: number | string;
  /** Null until it is proved. */
  linked_at: number | string | null;
  /** The tenant's branch key whose MAC is over a proved link. */
  mac_branch: string | null;
  mac: string | null;
}

export type CollectionTables = Record<"latchkey_collections", CollectionRow> &
  Record<"latchkey_collection_indexes", IndexRow> &
  Record<"latchkey_collection_tokens", TokenRow> &
  Record<"latchkey_collection_transfers", TransferRow> &
  Record<"latchkey_collection_blocks", BlockRow> &
  Record<"latchkey_payment_cursors", PaymentCursorRow> &
  Record<"latchkey_address_links", LinkRow>;

/** A transaction of the database with this room's tables. */
export type Tx = Transaction<CollectionTables>;

export function withTables(tx: Transaction<NoTables>): Tx {
  return tx.$extendTables<CollectionTables>();
}

export const collectionSchema: Schema = {
  room: "collections",
  migrations: [
    {
      version: 1,
      oldestCode: 1,
      up: async (tx: Transaction<NoTables>): Promise<void> => {
        await createCollections(tx);
        await createIndexes(tx);
        await createOthers(tx);
      },
    },
  ],
};

async function createCollections(tx: Transaction<NoTables>): Promise<void> {
  await tx.schema
    .createTable("latchkey_collections")
    .addColumn("id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("chain", "varchar(32)", (column) => column.notNull())
    .addColumn("chain_id", "bigint", (column) => column.notNull())
    .addColumn("alias", "varchar(64)", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("symbol", "text", (column) => column.notNull())
    .addColumn("deployment", "text")
    .addColumn("attempt", "integer", (column) => column.notNull())
    .addColumn("transaction_id", "varchar(36)")
    .addColumn("address", "varchar(64)")
    .addColumn("is_batch", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("latchkey_collections_alias", ["tenant", "chain_id", "alias"])
    .addUniqueConstraint("latchkey_collections_address", ["tenant", "chain_id", "address"])
    .execute();
}

async function createIndexes(tx: Transaction<NoTables>): Promise<void> {
  await tx.schema
    .createTable("latchkey_collection_indexes")
    .addColumn("collection_id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("chain_id", "bigint", (column) => column.notNull())
    .addColumn("next_block", "bigint", (column) => column.notNull())
    .addColumn("told_from", "bigint", (column) => column.notNull())
    .addColumn("epoch", "integer", (column) => column.notNull())
    .addColumn("lease_worker", "varchar(36)")
    .addColumn("lease_until", "bigint", (column) => column.notNull())
    .execute();
  await tx.schema
    .createTable("latchkey_collection_tokens")
    .addColumn("collection_id", "varchar(36)", (column) => column.notNull())
    .addColumn("token_id", "varchar(64)", (column) => column.notNull())
    .addColumn("owner", "varchar(42)", (column) => column.notNull())
    .addColumn("previous_owner", "varchar(42)", (column) => column.notNull())
    .addColumn("block_number", "bigint", (column) => column.notNull())
    .addColumn("log_index", "integer", (column) => column.notNull())
    .addColumn("hash", "varchar(66)", (column) => column.notNull())
    .addPrimaryKeyConstraint("latchkey_collection_tokens_pk", ["collection_id", "token_id"])
    .execute();
  await tx.schema
    .createIndex("latchkey_collection_tokens_owner")
    .on("latchkey_collection_tokens")
    .columns(["owner", "collection_id", "token_id"])
    .execute();
  await tx.schema
    .createTable("latchkey_collection_transfers")
    .addColumn("collection_id", "varchar(36)", (column) => column.notNull())
    .addColumn("block_number", "bigint", (column) => column.notNull())
    .addColumn("log_index", "integer", (column) => column.notNull())
    .addColumn("token_id", "varchar(64)", (column) => column.notNull())
    .addColumn("sender", "varchar(42)", (column) => column.notNull())
    .addColumn("receiver", "varchar(42)", (column) => column.notNull())
    .addColumn("hash", "varchar(66)", (column) => column.notNull())
    .addPrimaryKeyConstraint("latchkey_collection_transfers_pk", ["collection_id", "block_number", "log_index"])
    .execute();
  await tx.schema
    .createIndex("latchkey_collection_transfers_token")
    .on("latchkey_collection_transfers")
    .columns(["collection_id", "token_id", "block_number", "log_index"])
    .execute();
  await tx.schema
    .createTable("latchkey_collection_blocks")
    .addColumn("collection_id", "varchar(36)", (column) => column.notNull())
    .addColumn("number", "bigint", (column) => column.notNull())
    .addColumn("hash", "varchar(66)", (column) => column.notNull())
    .addPrimaryKeyConstraint("latchkey_collection_blocks_pk", ["collection_id", "number"])
    .execute();
}

async function createOthers(tx: Transaction<NoTables>): Promise<void> {
  await tx.schema
    .createTable("latchkey_payment_cursors")
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("chain_id", "bigint", (column) => column.notNull())
    .addColumn("next_block", "bigint", (column) => column.notNull())
    .addColumn("epoch", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("latchkey_payment_cursors_pk", ["tenant", "chain_id"])
    .execute();
  await tx.schema
    .createTable("latchkey_address_links")
    .addColumn("tenant", "varchar(256)", (column) => column.notNull())
    .addColumn("chain_id", "bigint", (column) => column.notNull())
    .addColumn("user_key", "varchar(64)", (column) => column.notNull())
    .addColumn("address", "varchar(64)", (column) => column.notNull())
    .addColumn("account", "varchar(64)", (column) => column.notNull())
    .addColumn("nonce", "varchar(32)", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("linked_at", "bigint")
    .addColumn("mac_branch", "varchar(64)")
    .addColumn("mac", "varchar(64)")
    .addPrimaryKeyConstraint("latchkey_address_links_pk", ["tenant", "chain_id", "user_key", "address"])
    .execute();
}
