import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";
import type { Pool, PoolClient, QueryResultRow } from "pg";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { commitUnknown, isOutage, postgresError } from "./errors.ts";

interface PooledConnection extends DatabaseConnection {
  begin(): Promise<void>;
  /** Sends COMMIT or ROLLBACK; what the server answers says which of the two it did. */
  finish(command: "commit" | "rollback"): Promise<string>;
  release(): void;
}

/**
 * One text without parameters, so that it goes out in one message. Servers where commits do not wait for the disk
 * (synchronous_commit = off) are made to; stricter settings than "on" stay.
 */
const begin =
  "begin isolation level read committed; " +
  "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'";
const affecting: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/**
 * Kysely over a pool of `pg`, with typed errors. A connection that failed, or did not answer in time, is never used again:
 * what the server still sends for the old statement would be taken for the next one's answer, or never come.
 */
export function poolDriver(pool: Pool): Driver {
  const all = new WeakMap<DatabaseConnection, PooledConnection>();
  return {
    init: () => Promise.resolve(),
    acquireConnection: async () => {
      const connection = connectionOver(await typed(() => pool.connect()));
      all.set(connection, connection);
      return connection;
    },
    beginTransaction: async (connection) => {
      await all.get(connection)?.begin();
    },
    commitTransaction: async (connection) => {
      try {
        const done = await all.get(connection)?.finish("commit");
        if (done === "ROLLBACK") throw undone();
      } catch (error) {
        throw isOutage(error) ? commitUnknown(error) : error;
      }
    },
    rollbackTransaction: async (connection) => {
      await all.get(connection)?.finish("rollback");
    },
    releaseConnection: (connection) => {
      all.get(connection)?.release();
      return Promise.resolve();
    },
    destroy: () => pool.end(),
  };
}

function connectionOver(client: PoolClient): PooledConnection {
  let broken: LatchkeyError | undefined;
  const send = async <R extends QueryResultRow>(sql: string, parameters: readonly unknown[]) => {
    try {
      return await typed(() => client.query<R>(sql, [...parameters]));
    } catch (error) {
      if (isOutage(error)) broken ??= error;
      throw error;
    }
  };
  return {
    executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
      const { command, rowCount, rows } = await send<R & QueryResultRow>(sql, parameters);
      return affecting.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
    },
    begin: async () => {
      try {
        await send(begin, []);
      } catch (error) {
        // It may have begun, and nobody rolls back what reported a failure to begin.
        broken ??= postgresError(error);
        throw error;
      }
    },
    finish: async (command) => {
      if (command === "commit") return (await send("commit", [])).command;
      try {
        if (broken === undefined) await send("rollback", []);
      } catch (error) {
        // Without an answer the connection is given up and the server rolls back; the error that led here is the one to tell.
        broken ??= postgresError(error);
      }
      return "ROLLBACK";
    },
    release: () => {
      client.release(broken);
    },
    streamQuery: () => {
      throw new LatchkeyError("ERR_STORE_FAILED", "Results are not streamed. Nothing was read; read them in pages.");
    },
  };
}

function undone(): LatchkeyError {
  return new LatchkeyError(
    "ERR_STORE_FAILED",
    "A statement of this transaction failed and its error was passed over, so PostgreSQL undid the whole transaction.",
  );
}

async function typed<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw postgresError(error);
  }
}
