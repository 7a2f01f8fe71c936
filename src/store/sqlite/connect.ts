import { DatabaseSync } from "node:sqlite";
import { sqliteError } from "./errors.ts";

/** Opens a connection. What is thrown is typed, and nothing stays open. */
export function connect(
  location: string,
  pragmas: string,
  options: { readonly readOnly?: boolean } = {},
): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    // A wait for another process's lock happens in async code, not in here, where it would hold up the event loop.
    connection = new DatabaseSync(location, { ...options, timeout: 0 });
    connection.exec(`PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; ${pragmas}`);
    return connection;
  } catch (error) {
    connection?.close();
    throw sqliteError(error);
  }
}
