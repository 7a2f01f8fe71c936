import type { InsertQueryBuilder, InsertResult, Kysely, Transaction } from "kysely";
import type { Logger } from "../ports/logger.ts";

/** No tables: each room adds its own with `$extendTables<T>()`, and sees no other's. */
export type NoTables = Record<symbol, never>;

export type Dialect = "sqlite" | "postgres";

/**
 * One open database. The room that asks owns its queries and its tables; this gives connections and what SQL dialects disagree on.
 * Nothing here uses ON CONFLICT or RETURNING outside an adapter.
 */
export interface Database {
  readonly dialect: Dialect;
  /** For single queries outside a transaction; sees what was committed when the query began. */
  readonly reader: Kysely<NoTables>;
  /**
   * Runs `work` in one transaction and resolves when its commit is durable. `work` may run again after a serialisation
   * conflict, and must await nothing but its queries.
   *
   * @throws whatever `work` throws, rolled back; `ERR_STORE_BUSY`, `ERR_STORE_UNAVAILABLE` retryable, nothing was committed
   *   unless `context.outcome` is `unknown`; `ERR_STORE_FAILED`.
   */
  transaction<T>(work: (tx: Transaction<NoTables>) => Promise<T>): Promise<T>;
  /** Executes an insert that does nothing where a unique key is taken already: true if the row went in. */
  insertIfAbsent<DB, T extends keyof DB>(query: InsertQueryBuilder<DB, T, InsertResult>): Promise<boolean>;
  /** Waits for what is under way, then closes the connections. */
  close(): Promise<void>;
}

/** How a database is configured; nothing is opened before `open`. */
export interface StoreAdapter {
  /** For messages; holds no credentials. */
  readonly description: string;
  open(logger: Logger): Promise<Database>;
}
