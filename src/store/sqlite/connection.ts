import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type CompiledQuery,
  type DialectAdapter,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
} from "kysely";
import type { Clock } from "../../units/clock.ts";
import { closableDriver } from "../closable-driver.ts";
import type { NoTables } from "../database.ts";
import { sqliteError } from "./errors.ts";
import { whileBusy } from "./patience.ts";

export interface OpenConnection {
  readonly kysely: Kysely<NoTables>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Prepared statements kept per connection: Latchkey issues a few dozen different ones. */
const cachedStatements = 256;
/** How long queries may answer one another before timers and sockets get their turn. */
const turnAfterMs = 10;
const returnsRows = /^\s*(?:select|with|pragma|explain)\b/i;

// Kysely would queue readers for the one connection, where each takes its turn within a single call anyway.
const adapter: DialectAdapter = {
  supportsMultipleConnections: true,
  supportsTransactionalDdl: true,
  supportsReturning: false,
  acquireMigrationLock: () => Promise.resolve(),
  releaseMigrationLock: () => Promise.resolve(),
};

/** For one transaction at a time. What the driver throws comes out typed. */
export function writerOver(connection: DatabaseSync): OpenConnection {
  return openOver(connection, (driver) => driver);
}

/**
 * For queries outside transactions. They wait where another process has locked the file even for readers, as it does
 * while it recovers the log of one that crashed. The event loop turns between them, however long a row they come in.
 */
export function readerOver(connection: DatabaseSync, clock: Clock): OpenConnection {
  return openOver(connection, (driver) => waitingDriver(driver, clock));
}

function openOver(connection: DatabaseSync, wrap: (driver: Driver) => Driver): OpenConnection {
  const dialect = new SqliteDialect({ database: adapt(connection) });
  const inner = dialect.createDriver();
  const { driver, close } = closableDriver(wrap(inner));
  const kysely = new Kysely<NoTables>({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => driver,
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  });
  return {
    kysely,
    close: async () => {
      await close();
      connection.close();
    },
  };
}

function waitingDriver(inner: Driver, clock: Clock): Driver {
  const dueTurn = turnsOf(clock);
  const afterTurns = async (first: Promise<void>): Promise<void> => {
    // So many may have waited for the first that the next is due before all of them had their query.
    for (let turn: Promise<void> | undefined = first; turn !== undefined; turn = dueTurn()) await turn;
  };
  return {
    init: (options) => inner.init(options),
    acquireConnection: async () => {
      const connection = await inner.acquireConnection();
      return {
        executeQuery: <R>(query: CompiledQuery) => {
          const execute = () => whileBusy(clock, () => connection.executeQuery<R>(query));
          const turn = dueTurn();
          return turn === undefined ? execute() : afterTurns(turn).then(execute);
        },
        streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
      };
    },
    beginTransaction: (connection, settings) => inner.beginTransaction(connection, settings),
    commitTransaction: (connection) => inner.commitTransaction(connection),
    rollbackTransaction: (connection) => inner.rollbackTransaction(connection),
    releaseConnection: (connection) => inner.releaseConnection(connection),
    destroy: () => inner.destroy(),
  };
}

/**
 * A query answers within its call, so callers that only await queries would keep the event loop from turning.
 *
 * @returns what says which turn to wait for, if one is due: the same for all, or those who do not wait would keep it from coming.
 */
function turnsOf(clock: Clock): () => Promise<void> | undefined {
  let turnedAtMs = clock.monotonicMs();
  let pending: Promise<void> | undefined;
  const take = async (): Promise<void> => {
    await nextTurn();
    turnedAtMs = clock.monotonicMs();
    pending = undefined;
  };
  return () => {
    if (pending === undefined && clock.monotonicMs() - turnedAtMs > turnAfterMs) pending = take();
    return pending;
  };
}

function adapt(connection: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    // The connection's owner closes it: Kysely's driver knows of it only from the first query on.
    close: () => undefined,
    prepare: (text) => {
      // A transaction that begins as a reader can lose its turn to write halfway; one that begins as a writer cannot.
      const sql = text === "begin" ? "begin immediate" : text;
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const made = statementOf(
        typed(() => connection.prepare(sql)),
        returnsRows.test(sql),
      );
      if (statements.size >= cachedStatements) statements.clear();
      statements.set(sql, made);
      return made;
    },
  };
}

function statementOf(statement: StatementSync, reader: boolean): SqliteStatement {
  return {
    reader,
    all: (parameters) => typed(() => statement.all(...parameters.map(bindable))),
    run: (parameters) => typed(() => statement.run(...parameters.map(bindable))),
    iterate: (parameters) => typed(() => statement.iterate(...parameters.map(bindable))),
  };
}

function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} cannot be stored`);
}

function typed<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw sqliteError(error);
  }
}
