import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evm } from "../../src/chains/evm/index.ts";
import { collectionRows } from "../../src/collections/collection-rows.ts";
import { createIndexer } from "../../src/collections/index/indexer.ts";
import { indexRows } from "../../src/collections/index/index-rows.ts";
import { transferTopic } from "../../src/collections/index/transfer-log.ts";
import { type CollectionTables, collectionSchema } from "../../src/collections/schema.ts";
import { http, sqlite, type StoreAdapter } from "../../src/index.ts";
import { migrate } from "../../src/store/migrate.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { silentLogger } from "../../src/telemetry/silent.ts";
import { systemClock } from "../../src/units/clock.ts";
import { type Anvil, startAnvil } from "../../test/harness/anvil.ts";
import { startPostgres } from "../../test/harness/postgres.ts";
import { writeTransferLogs } from "./transfer-logs.ts";

/** Rates in logs a second. */
export interface IndexerFigures {
  readonly indexerLogs: number;
  /** Into PostgreSQL. */
  readonly indexerLogsPerSecond: number;
  readonly indexerSqliteLogsPerSecond: number;
  /** What the node alone gives, in ranges of ten blocks, parsed as JSON and thrown away. */
  readonly nodeLogsPerSecond: number;
}

/** Reads a collection of so many Transfer logs from an anvil into an empty store, with each kind of store. */
export async function measureIndexer(logs = 100_000): Promise<IndexerFigures> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  const [anvil, server] = await Promise.all([startAnvil({ args: ["--gas-limit", "100000000"] }), startPostgres()]);
  try {
    const written = await writeTransferLogs(anvil, logs);
    const chain = { ...written, anvil, logs };
    return {
      indexerLogs: logs,
      nodeLogsPerSecond: await measureNode(chain),
      indexerLogsPerSecond: await measureStore(postgres(await server.createDatabase("indexer")), chain),
      indexerSqliteLogsPerSecond: await measureStore(sqlite(join(directory, "indexer.db")), chain),
    };
  } finally {
    await Promise.all([anvil.stop(), server.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
}

interface WrittenChain {
  readonly anvil: Anvil;
  readonly contract: string;
  readonly last: number;
  readonly logs: number;
}

async function measureStore(store: StoreAdapter, { anvil, contract, last, logs }: WrittenChain): Promise<number> {
  const chain = evm({ name: "main", chainId: anvil.chainId, transport: http(anvil.url) });
  const database = await store.open(silentLogger);
  try {
    await migrate(database, collectionSchema);
    const tenant = "bench";
    const collections = collectionRows(database, tenant);
    const id = randomUUID();
    const stored = {
      id,
      chain: "main",
      chainId: anvil.chainId,
      alias: "bench",
      name: "",
      symbol: "",
      deployment: null,
    };
    const address = chain.scheme.parseAddress(contract);
    await collections.insert(
      { ...stored, attempt: 0, transactionId: null, address, isBatch: true, createdAt: 0 },
      { address, fromBlock: 0, toldFrom: last },
    );
    const indexer = createIndexer({
      tenant,
      chains: [chain],
      collections,
      rows: indexRows(database),
      workerId: randomUUID(),
      settle: () => Promise.resolve(),
      onTransfers: () => Promise.resolve(),
      clock: systemClock,
      logger: silentLogger,
    });
    const startMs = performance.now();
    while (await indexer.look(chain));
    const seconds = (performance.now() - startMs) / 1000;
    const { count } = await database.reader
      .$extendTables<CollectionTables>()
      .selectFrom("latchkey_collection_transfers")
      .select(({ fn }) => fn.countAll().as("count"))
      .executeTakeFirstOrThrow();
    if (Number(count) !== logs) throw new Error(`${String(count)} of ${String(logs)} logs are indexed`);
    return logs / seconds;
  } finally {
    await database.close();
    await chain.close();
  }
}

async function measureNode({ anvil, contract, last, logs }: WrittenChain): Promise<number> {
  const transport = http(anvil.url);
  const blocks = 10;
  const startMs = performance.now();
  let seen = 0;
  for (let from = 0; from <= last; from += blocks) {
    const range = {
      fromBlock: `0x${from.toString(16)}`,
      toBlock: `0x${Math.min(last, from + blocks - 1).toString(16)}`,
    };
    const params = [{ address: contract, topics: [transferTopic], ...range }];
    const answer = await transport.request({ method: "eth_getLogs", params });
    seen += Array.isArray(answer) ? answer.length : 0;
  }
  await transport.close();
  if (seen !== logs) throw new Error(`the node gave ${String(seen)} of ${String(logs)} logs`);
  return logs / ((performance.now() - startMs) / 1000);
}
