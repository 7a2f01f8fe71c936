import type { InsertQueryBuilder, InsertResult, Transaction } from "kysely";
import type { Logger } from "../../ports/logger.ts";
import { systemClock } from "../../units/clock.ts";
import { Gate } from "../../units/gate.ts";
import { loadPeer } from "../../units/peer.ts";
import { closableDriver } from "../closable-driver.ts";
import type { Database, NoTables, StoreAdapter } from "../database.ts";
import { poolDriver } from "./driver.ts";
import { isConflict } from "./errors.ts";
import { parseOptions, type ParsedOptions, type PostgresOptions } from "./options.ts";

export type { PostgresOptions, PostgresTls } from "./options.ts";

/** How often a transaction is run against conflicts with others before the caller is told. */
const attempts = 8;

/**
 * Stores in PostgreSQL 12 or later, through a pool of connections of `pg` (an optional peer). Nothing is opened before `openLatchkey`.
 * Tables are made in the schema that the connection's search_path names first.
 *
 * Transactions set READ COMMITTED, whatever the server's default: unique keys and compare-and-swap updates decide every race, and both
 * hold there. They are durable when they resolve: `synchronous_commit` is raised to `on` for them where it is `off`, and never lowered.
 * What a server with `fsync=off` loses when its machine crashes cannot be repaired from here.
 *
 * PgBouncer needs `ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout`. The server then learns of neither
 * from here: set them for the role.
 *
 * @throws `ERR_CONFIG_INVALID`; when opened, `ERR_PEER_MISSING`, `ERR_STORE_UNAVAILABLE`, `ERR_STORE_FAILED`.
 */
export function postgres(options: string | PostgresOptions): StoreAdapter {
  const parsed = parseOptions(options);
  return { description: parsed.description, open: (logger) => openPool(parsed, logger) };
}

async function openPool(options: ParsedOptions, logger: Logger): Promise<Database> {
  const { default: pg } = await loadPeer("pg", () => import("pg"));
  const { Kysely, PostgresDialect } = await import("kysely");
  const pool = new pg.Pool(options.pool);
  const lost = (): void => {
    logger.warn({ store: options.description }, "lost a connection to PostgreSQL");
  };
  // Both events end the process where nobody listens.
  pool.on("error", lost);
  pool.on("connect", (client) => client.on("error", () => undefined));

  const { driver, close } = closableDriver(poolDriver(pool));
  const dialect = new PostgresDialect({ pool });
  const kysely = new Kysely<NoTables>({
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  });
  const gate = new Gate();
  let closing: Promise<void> | undefined;

  const runToTheEnd = async <T>(work: (tx: Transaction<NoTables>) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await kysely.transaction().execute(work);
      } catch (error) {
        if (attempt >= attempts || !isConflict(error)) throw error;
      }
      await systemClock.sleep(Math.random() * 10 * 2 ** attempt);
    }
  };

  return {
    dialect: "postgres",
    reader: kysely,
    transaction: (work) => gate.run(() => runToTheEnd(work)),
    insertIfAbsent: async <DB, T extends keyof DB>(query: InsertQueryBuilder<DB, T, InsertResult>) => {
      const { numInsertedOrUpdatedRows } = await query
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    close: () => (closing ??= gate.close().then(close)),
  };
}
