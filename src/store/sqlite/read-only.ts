import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { type Clock, systemClock } from "../../units/clock.ts";
import type { Database, StoreAdapter } from "../database.ts";
import { connect } from "./connect.ts";
import { readerOver } from "./connection.ts";
import { requireFile } from "./file.ts";
import { whileBusy } from "./patience.ts";

/**
 * A SQLite file to look into, also while a backend uses it. Nothing is made and the file stays as it is, whatever it is.
 * Writing through it is refused with `ERR_STORE_FAILED`.
 *
 * @param path - of a file that is there; taken relative to the working directory at this call.
 * @throws when opened, `ERR_STORE_UNSAFE_FILE`, `ERR_STORE_UNAVAILABLE`, `ERR_STORE_BUSY`, `ERR_STORE_FAILED`.
 */
export function readOnlySqlite(path: string): StoreAdapter {
  const file = resolve(path);
  return { description: `SQLite ${file}, read only`, open: () => openFile(file, systemClock) };
}

async function openFile(file: string, clock: Clock): Promise<Database> {
  await requireFile(file);
  const reader = await whileBusy(clock, () => readerOver(connectToRead(file), clock));
  let closing: Promise<void> | undefined;
  return {
    dialect: "sqlite",
    reader: reader.kysely,
    transaction: () => Promise.reject(refusal()),
    insertIfAbsent: () => Promise.reject(refusal()),
    close: () => (closing ??= reader.close()),
  };
}

/**
 * To read a file with a write-ahead log, SQLite makes the log and its index where they are missing, and one that only reads
 * cannot take them away again. Without a log no backend has the file open, and all there is stands in the file itself: that is
 * read as one that nobody changes.
 */
function connectToRead(file: string): DatabaseSync {
  const options = { readOnly: true };
  const pragmas = "PRAGMA query_only = ON;";
  if (!existsSync(`${file}-wal`)) {
    try {
      return connect(`${pathToFileURL(file).href}?immutable=1`, pragmas, options);
    } catch {
      // The first releases of Node 22 take no URI for a name. There the two files are made, and stay.
    }
  }
  return connect(file, pragmas, options);
}

function refusal(): LatchkeyError {
  return new LatchkeyError(
    "ERR_STORE_FAILED",
    "This database was opened to be read. Nothing was written; open it with sqlite() to write.",
  );
}
