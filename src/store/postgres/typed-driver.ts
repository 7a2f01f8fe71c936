import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from "kysely";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import { commitUnknown, postgresError } from "./errors.ts";

/** Kysely's PostgreSQL driver with typed errors, and with the one outcome told apart that nobody knows: a lost COMMIT. */
export function typedDriver(driver: Driver): Driver {
  const originals = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const original = (connection: DatabaseConnection): DatabaseConnection => originals.get(connection) ?? connection;
  return {
    init: (options) => driver.init(options),
    acquireConnection: async () => {
      const connection = await typed(() => driver.acquireConnection());
      const wrapped = typedConnection(connection);
      originals.set(wrapped, connection);
      return wrapped;
    },
    beginTransaction: (connection: DatabaseConnection, settings: TransactionSettings) =>
      typed(() => driver.beginTransaction(original(connection), settings)),
    commitTransaction: async (connection) => {
      try {
        await typed(() => driver.commitTransaction(original(connection)));
      } catch (error) {
        throw isLatchkeyError(error, "ERR_STORE_UNAVAILABLE") ? commitUnknown(error) : error;
      }
    },
    rollbackTransaction: async (connection) => {
      try {
        await driver.rollbackTransaction(original(connection));
      } catch {
        // Where the connection is gone the server has rolled back; the error that led here is the one to tell.
      }
    },
    releaseConnection: (connection) => driver.releaseConnection(original(connection)),
    destroy: () => driver.destroy(),
  };
}

function typedConnection(connection: DatabaseConnection): DatabaseConnection {
  return {
    executeQuery: <R>(query: CompiledQuery): Promise<QueryResult<R>> => typed(() => connection.executeQuery<R>(query)),
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}

async function typed<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw postgresError(error);
  }
}
