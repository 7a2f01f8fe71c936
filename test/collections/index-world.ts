import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { collectionRows, type PlacedCollection } from "../../src/collections/collection-rows.ts";
import { createIndexer, type Indexer } from "../../src/collections/index/indexer.ts";
import { indexRows } from "../../src/collections/index/index-rows.ts";
import type { Transfer } from "../../src/collections/index/transfer-log.ts";
import { type CollectionTables, collectionSchema } from "../../src/collections/schema.ts";
import type { StoreAdapter } from "../../src/index.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { silentLogger } from "../../src/telemetry/silent.ts";
import { systemClock } from "../../src/units/clock.ts";
import { createRecorder, type Recorder } from "../harness/recorder.ts";
import { contract, type FakeNode } from "./fake-node.ts";

export interface IndexWorld {
  readonly database: Database;
  readonly collection: PlacedCollection;
  /** A process that indexes. */
  indexer(): { readonly indexer: Indexer; readonly told: Transfer[]; readonly recorder: Recorder };
  /** What the tables say, in the model's words. */
  tables(): Promise<Tables>;
}

export interface Tables {
  readonly tokens: readonly string[];
  readonly transfers: readonly string[];
}

/** One collection from block 1 on, in a store of its own. */
export async function indexWorld(store: StoreAdapter, node: FakeNode, toldFrom = 0): Promise<IndexWorld> {
  const database = await store.open(silentLogger);
  onTestFinished(() => database.close());
  await migrate(database, collectionSchema);
  // One of its own: several worlds may share a store.
  const tenant = randomUUID();
  const rows = collectionRows(database, tenant);
  const stored = {
    id: randomUUID(),
    chain: "main",
    chainId: 1,
    alias: `tickets-${randomUUID()}`,
    name: "Tickets",
    symbol: "T",
    deployment: null,
    attempt: 0,
    transactionId: null,
    address: contract,
    isBatch: true,
    createdAt: 0,
  };
  await rows.insert(stored, { address: contract, fromBlock: 1, toldFrom });
  const reader = database.reader.$extendTables<CollectionTables>();
  return {
    database,
    collection: stored,
    indexer: () => {
      const told: Transfer[] = [];
      const recorder = createRecorder();
      const indexer = createIndexer({
        tenant,
        chains: [node.chain],
        collections: rows,
        rows: indexRows(database),
        workerId: randomUUID(),
        settle: () => Promise.resolve(),
        onTransfers: (_chain, _collection, transfers) => {
          told.push(...transfers);
          return Promise.resolve();
        },
        clock: systemClock,
        logger: recorder.logger,
      });
      return { indexer, told, recorder };
    },
    tables: async () => {
      const tokens = await reader
        .selectFrom("latchkey_collection_tokens")
        .selectAll()
        .where("collection_id", "=", stored.id)
        .orderBy("token_id")
        .execute();
      const transfers = await reader
        .selectFrom("latchkey_collection_transfers")
        .selectAll()
        .where("collection_id", "=", stored.id)
        .orderBy("block_number")
        .orderBy("log_index")
        .execute();
      return {
        tokens: tokens.map((row) => lineOf(row.token_id, row.owner, row.previous_owner, row.block_number)),
        transfers: transfers.map((row) =>
          [row.block_number, row.log_index, BigInt(`0x${row.token_id}`), row.sender, row.receiver].join(" "),
        ),
      };
    },
  };
}

/** What a replay of the chain says that the tables are. */
export function replayed(node: FakeNode): Tables {
  const tokens = new Map<bigint, string>();
  const moves = node.moves();
  for (const { id, from, to, block } of moves) {
    if (/^0x0+$/.test(to)) tokens.delete(id);
    else tokens.set(id, lineOf(id.toString(16), to, from, block));
  }
  return {
    tokens: [...tokens].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => line),
    transfers: moves.map(({ id, from, to, block, log }) => [block, log, id, from, to].join(" ")),
  };
}

function lineOf(id: string, owner: string, before: string, block: number | string): string {
  return [BigInt(`0x${id}`), owner, before, block].join(" ");
}

/** Looks until there is nothing more to read. */
export async function catchUp(indexer: Indexer, node: FakeNode): Promise<void> {
  while (await indexer.look(node.chain));
}
