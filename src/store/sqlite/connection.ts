import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";
import type { NoTables } from "../database.ts";
import { sqliteError } from "./errors.ts";

/** Prepared statements kept per connection: Latchkey issues a few dozen different ones. */
const cachedStatements = 256;
const returnsRows = /^\s*(?:select|with|pragma|explain)\b/i;

/** Kysely over one connection of node:sqlite. What the driver throws comes out typed. */
export function kyselyOver(connection: DatabaseSync): Kysely<NoTables> {
  return new Kysely<NoTables>({ dialect: new SqliteDialect({ database: adapt(connection) }) });
}

function adapt(connection: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => {
      connection.close();
    },
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
