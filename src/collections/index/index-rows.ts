import type { Database } from "../../store/database.ts";
import { zeroAddress } from "../given.ts";
import { type CollectionTables, type TokenRow, type TransferRow, type Tx, withTables } from "../schema.ts";
import type { Transfer } from "./transfer-log.ts";

/** How far a collection is read. */
export interface Index {
  readonly collectionId: string;
  readonly nextBlock: number;
  readonly toldFrom: number;
  readonly epoch: number;
  readonly leaseWorker: string | null;
  readonly leaseUntil: number;
}

export interface KnownBlock {
  readonly number: number;
  readonly hash: string;
}

/** What was read: whole blocks, from the index's `nextBlock` up to before the new one. */
export interface ReadBlocks {
  readonly nextBlock: number;
  readonly transfers: readonly Transfer[];
  /** Hashes to keep, ascending; the last block read among them. */
  readonly blocks: readonly KnownBlock[];
  /** Hashes of lower blocks are dropped. */
  readonly keepFrom: number;
}

/**
 * What the indexer writes. Each write asks that nobody wrote since the index was seen, so that any number of processes may read the same blocks
 * and none is written twice.
 */
export interface IndexRows {
  indexes(tenant: string, chainId: number): Promise<readonly Index[]>;
  /** Undefined where the collection has none: it is not deployed yet. */
  index(collectionId: string): Promise<Index | undefined>;
  /** Takes or renews the lease. @returns false where somebody else was faster. */
  lease(seen: Index, worker: string, until: number): Promise<boolean>;
  giveBack(worker: string): Promise<void>;
  /** Ascending. */
  blocks(collectionId: string): Promise<readonly KnownBlock[]>;
  /** @returns the index as it is then; undefined where somebody else wrote, and nothing was. */
  write(seen: Index, read: ReadBlocks): Promise<Index | undefined>;
  /** Forgets every block above this one. @returns as `write`. */
  rollBack(seen: Index, last: number): Promise<Index | undefined>;
}

/** Rows of one insert, and ids of one `in`: databases bind so many values a query at most. */
const rowsPerQuery = 500;

export function indexRows(database: Database): IndexRows {
  const reader = database.reader.$extendTables<CollectionTables>();
  const transaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    database.transaction((tx) => work(withTables(tx)));

  return {
    indexes: async (tenant, chainId) => {
      const rows = await reader
        .selectFrom("latchkey_collection_indexes")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("chain_id", "=", chainId)
        .execute();
      return rows.map(indexOf);
    },

    index: async (collectionId) => {
      const row = await reader
        .selectFrom("latchkey_collection_indexes")
        .selectAll()
        .where("collection_id", "=", collectionId)
        .executeTakeFirst();
      return row === undefined ? undefined : indexOf(row);
    },

    lease: (seen, worker, until) =>
      transaction(async (tx) => {
        const query = tx
          .updateTable("latchkey_collection_indexes")
          .set({ lease_worker: worker, lease_until: until })
          .where("collection_id", "=", seen.collectionId)
          .where("lease_until", "=", seen.leaseUntil);
        const exact =
          seen.leaseWorker === null
            ? query.where("lease_worker", "is", null)
            : query.where("lease_worker", "=", seen.leaseWorker);
        return (await exact.executeTakeFirstOrThrow()).numUpdatedRows === 1n;
      }),

    giveBack: async (worker) => {
      await transaction((tx) =>
        tx
          .updateTable("latchkey_collection_indexes")
          .set({ lease_worker: null, lease_until: 0 })
          .where("lease_worker", "=", worker)
          .execute(),
      );
    },

    blocks: async (collectionId) => {
      const rows = await reader
        .selectFrom("latchkey_collection_blocks")
        .select(["number", "hash"])
        .where("collection_id", "=", collectionId)
        .orderBy("number")
        .execute();
      return rows.map(({ number, hash }) => ({ number: Number(number), hash }));
    },

    write: (seen, { nextBlock, transfers, blocks, keepFrom }) =>
      transaction(async (tx) => {
        const index = await advance(tx, seen, nextBlock);
        if (index === undefined) return undefined;
        const { collectionId } = seen;
        const rows = transfers.map((transfer) => rowOf(collectionId, transfer));
        for (const some of chunks(rows)) await tx.insertInto("latchkey_collection_transfers").values(some).execute();
        await placeTokens(tx, collectionId, rows);
        await tx
          .deleteFrom("latchkey_collection_blocks")
          .where("collection_id", "=", collectionId)
          .where("number", "<", keepFrom)
          .execute();
        const kept = blocks.filter(({ number }) => number >= keepFrom);
        for (const some of chunks(kept))
          await tx
            .insertInto("latchkey_collection_blocks")
            .values(some.map(({ number, hash }) => ({ collection_id: collectionId, number, hash })))
            .execute();
        return index;
      }),

    rollBack: (seen, last) =>
      transaction(async (tx) => {
        const index = await advance(tx, seen, last + 1);
        if (index === undefined) return undefined;
        const { collectionId } = seen;
        const undone = await tx
          .selectFrom("latchkey_collection_transfers")
          .select("token_id")
          .distinct()
          .where("collection_id", "=", collectionId)
          .where("block_number", ">", last)
          .execute();
        await tx
          .deleteFrom("latchkey_collection_transfers")
          .where("collection_id", "=", collectionId)
          .where("block_number", ">", last)
          .execute();
        for (const some of chunks(undone))
          await replayTokens(
            tx,
            collectionId,
            some.map(({ token_id: id }) => id),
          );
        await tx
          .deleteFrom("latchkey_collection_blocks")
          .where("collection_id", "=", collectionId)
          .where("number", ">", last)
          .execute();
        return index;
      }),
  };
}

/** Decides between those that have seen the same index. */
async function advance(tx: Tx, seen: Index, nextBlock: number): Promise<Index | undefined> {
  const epoch = seen.epoch + 1;
  const { numUpdatedRows } = await tx
    .updateTable("latchkey_collection_indexes")
    .set({ next_block: nextBlock, epoch })
    .where("collection_id", "=", seen.collectionId)
    .where("epoch", "=", seen.epoch)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n ? { ...seen, nextBlock, epoch } : undefined;
}

/** Puts tokens where their last transfer left them. @param transfers - in the order of the chain. */
async function placeTokens(tx: Tx, collectionId: string, transfers: readonly TransferRow[]): Promise<void> {
  const last = new Map(transfers.map((transfer) => [transfer.token_id, transfer]));
  for (const some of chunks([...last.values()])) {
    // No dialect's upsert: what is taken away and put back is the same everywhere.
    await tx
      .deleteFrom("latchkey_collection_tokens")
      .where("collection_id", "=", collectionId)
      .where(
        "token_id",
        "in",
        some.map(({ token_id: id }) => id),
      )
      .execute();
    const there = some.filter(({ receiver }) => receiver !== zeroAddress).map(tokenOf);
    if (there.length > 0) await tx.insertInto("latchkey_collection_tokens").values(there).execute();
  }
}

/** As `placeTokens`, from all that is stored of them. */
async function replayTokens(tx: Tx, collectionId: string, ids: readonly string[]): Promise<void> {
  await tx
    .deleteFrom("latchkey_collection_tokens")
    .where("collection_id", "=", collectionId)
    .where("token_id", "in", ids)
    .execute();
  const transfers = await tx
    .selectFrom("latchkey_collection_transfers")
    .selectAll()
    .where("collection_id", "=", collectionId)
    .where("token_id", "in", ids)
    .orderBy("block_number")
    .orderBy("log_index")
    .execute();
  await placeTokens(tx, collectionId, transfers);
}

function tokenOf(transfer: TransferRow): TokenRow {
  return {
    collection_id: transfer.collection_id,
    token_id: transfer.token_id,
    owner: transfer.receiver,
    previous_owner: transfer.sender,
    block_number: transfer.block_number,
    log_index: transfer.log_index,
    hash: transfer.hash,
  };
}

function rowOf(collectionId: string, transfer: Transfer): TransferRow {
  return {
    collection_id: collectionId,
    block_number: transfer.blockNumber,
    log_index: transfer.logIndex,
    token_id: transfer.tokenId,
    sender: transfer.from,
    receiver: transfer.to,
    hash: transfer.hash,
  };
}

function indexOf(row: CollectionTables["latchkey_collection_indexes"]): Index {
  return {
    collectionId: row.collection_id,
    nextBlock: Number(row.next_block),
    toldFrom: Number(row.told_from),
    epoch: row.epoch,
    leaseWorker: row.lease_worker,
    leaseUntil: Number(row.lease_until),
  };
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += rowsPerQuery) yield all.slice(start, start + rowsPerQuery);
}
