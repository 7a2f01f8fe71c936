import type { Database } from "../store/database.ts";
import { type CollectionRow, type CollectionTables, type Tx, withTables } from "./schema.ts";

/** A collection as stored. */
export interface StoredCollection {
  readonly id: string;
  readonly chain: string;
  readonly chainId: number;
  readonly alias: string;
  readonly name: string;
  readonly symbol: string;
  readonly deployment: string | null;
  readonly attempt: number;
  readonly transactionId: string | null;
  readonly address: string | null;
  readonly isBatch: boolean;
  readonly createdAt: number;
}

/** A collection that has an address. */
export interface PlacedCollection extends StoredCollection {
  readonly address: string;
}

export interface Placement {
  readonly address: string;
  /** The first block to read. */
  readonly fromBlock: number;
  /** Transfers up to this one raise no events. */
  readonly toldFrom: number;
}

/** This room's list of collections, for one tenant. */
export interface CollectionRows {
  /** @returns false where alias or address are taken: nothing was written. */
  insert(collection: StoredCollection, placement?: Placement): Promise<boolean>;
  byAlias(chainId: number | undefined, alias: string): Promise<readonly StoredCollection[]>;
  byAddress(chainId: number | undefined, addresses: readonly string[]): Promise<readonly StoredCollection[]>;
  byId(id: string): Promise<StoredCollection | undefined>;
  /** By alias, then chain. */
  page(
    after: readonly [alias: string, chainId: number] | undefined,
    limit: number,
  ): Promise<readonly StoredCollection[]>;
  /** Those that are being deployed on this chain. */
  unplaced(chainId: number): Promise<readonly StoredCollection[]>;
  placed(chainId: number): Promise<readonly PlacedCollection[]>;
  setTransaction(seen: StoredCollection, transactionId: string): Promise<void>;
  /** Another deployment takes the place of one that failed. @returns false where somebody else was faster. */
  startOver(seen: StoredCollection, next: Pick<StoredCollection, "deployment" | "name" | "symbol">): Promise<boolean>;
  /** Gives up an alias under which nothing was sent. */
  withdraw(seen: StoredCollection): Promise<void>;
  /** It is deployed. Once: whoever says so again changes nothing. */
  place(id: string, placement: Placement): Promise<void>;
}

export function collectionRows(database: Database, tenant: string): CollectionRows {
  const reader = database.reader.$extendTables<CollectionTables>();
  const transaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    database.transaction((tx) => work(withTables(tx)));
  const all = reader.selectFrom("latchkey_collections").selectAll().where("tenant", "=", tenant);
  const found = (rows: readonly CollectionRow[]): readonly StoredCollection[] => rows.map(collectionOf);

  const insertIndex = async (tx: Tx, id: string, chainId: number | string, placement: Placement): Promise<void> => {
    await database.insertIfAbsent(
      tx.insertInto("latchkey_collection_indexes").values({
        collection_id: id,
        tenant,
        chain_id: chainId,
        next_block: placement.fromBlock,
        told_from: placement.toldFrom,
        epoch: 0,
        lease_worker: null,
        lease_until: 0,
      }),
    );
  };

  return {
    insert: (collection, placement) =>
      transaction(async (tx) => {
        const row = { ...rowOf(collection, tenant), address: placement?.address ?? null };
        const isFirst = await database.insertIfAbsent(tx.insertInto("latchkey_collections").values(row));
        if (isFirst && placement !== undefined) await insertIndex(tx, collection.id, collection.chainId, placement);
        return isFirst;
      }),

    byAlias: async (chainId, alias) => {
      const query = all.where("alias", "=", alias);
      return found(await (chainId === undefined ? query : query.where("chain_id", "=", chainId)).execute());
    },

    byAddress: async (chainId, addresses) => {
      if (addresses.length === 0) return [];
      const query = all.where("address", "in", addresses);
      return found(await (chainId === undefined ? query : query.where("chain_id", "=", chainId)).execute());
    },

    byId: async (id) => found(await all.where("id", "=", id).execute())[0],

    page: async (after, limit) => {
      const query =
        after === undefined
          ? all
          : all.where(({ eb, or, and }) =>
              or([eb("alias", ">", after[0]), and([eb("alias", "=", after[0]), eb("chain_id", ">", after[1])])]),
            );
      return found(await query.orderBy("alias").orderBy("chain_id").limit(limit).execute());
    },

    unplaced: async (chainId) =>
      found(await all.where("chain_id", "=", chainId).where("address", "is", null).execute()),

    placed: async (chainId) =>
      found(await all.where("chain_id", "=", chainId).where("address", "is not", null).execute()).flatMap((each) =>
        isPlaced(each) ? [each] : [],
      ),

    setTransaction: async ({ id, attempt }, transactionId) => {
      await transaction((tx) =>
        tx
          .updateTable("latchkey_collections")
          .set({ transaction_id: transactionId })
          .where("id", "=", id)
          .where("attempt", "=", attempt)
          .execute(),
      );
    },

    startOver: ({ id, attempt }, next) =>
      transaction(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("latchkey_collections")
          .set({ ...next, attempt: attempt + 1, transaction_id: null })
          .where("id", "=", id)
          .where("attempt", "=", attempt)
          .where("address", "is", null)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n;
      }),

    withdraw: async ({ id, attempt }) => {
      await transaction((tx) =>
        tx
          .deleteFrom("latchkey_collections")
          .where("id", "=", id)
          .where("attempt", "=", attempt)
          .where("transaction_id", "is", null)
          .where("address", "is", null)
          .execute(),
      );
    },

    place: async (id, placement) => {
      await transaction(async (tx) => {
        const row = await tx
          .selectFrom("latchkey_collections")
          .select(["chain_id", "address"])
          .where("id", "=", id)
          .executeTakeFirst();
        if (row?.address !== null) return;
        await tx
          .updateTable("latchkey_collections")
          .set({ address: placement.address })
          .where("id", "=", id)
          .where("address", "is", null)
          .execute();
        await insertIndex(tx, id, row.chain_id, placement);
      });
    },
  };
}

export function isPlaced(collection: StoredCollection): collection is PlacedCollection {
  return collection.address !== null;
}

function collectionOf(row: CollectionRow): StoredCollection {
  return {
    id: row.id,
    chain: row.chain,
    chainId: Number(row.chain_id),
    alias: row.alias,
    name: row.name,
    symbol: row.symbol,
    deployment: row.deployment,
    attempt: row.attempt,
    transactionId: row.transaction_id,
    address: row.address,
    isBatch: row.is_batch !== 0,
    createdAt: Number(row.created_at),
  };
}

function rowOf(collection: StoredCollection, tenant: string): CollectionRow {
  return {
    id: collection.id,
    tenant,
    chain: collection.chain,
    chain_id: collection.chainId,
    alias: collection.alias,
    name: collection.name,
    symbol: collection.symbol,
    deployment: collection.deployment,
    attempt: collection.attempt,
    transaction_id: collection.transactionId,
    address: collection.address,
    is_batch: collection.isBatch ? 1 : 0,
    created_at: collection.createdAt,
  };
}
