import { resolve } from "node:path";
import type { InsertQueryBuilder, InsertResult } from "kysely";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { type Clock, systemClock } from "../../units/clock.ts";
import { Gate } from "../../units/gate.ts";
import { settleAll } from "../../units/settle-all.ts";
import type { Database, StoreAdapter } from "../database.ts";

// The last two are for macOS, where an ordinary sync stops at the disk's cache.
const writerPragmas =
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;";

/**
 * Stores in a SQLite file: for one machine, any number of processes. Nothing is opened before `openLatchkey`.
 *
 * The file is made with mode 0600 where it is missing, and refused where it is open to others. Write-ahead logging with
 * synchronous=FULL: what a call resolved with survives a power cut. Keep it on a local disk.
 *
 * @param path - taken relative to the working directory at this call.
 * @throws `ERR_CONFIG_INVALID`; when opened, `ERR_STORE_UNSAFE_FILE`, `ERR_STORE_UNAVAILABLE`, `ERR_STORE_BUSY`, `ERR_STORE_FAILED`.
 */
export function sqlite(path: string): StoreAdapter {
  // A URL is another store's, and its password would be in a file's name and in messages.
  if (typeof path !== "string" || path === "" || path.includes("\0") || path.startsWith(":") || path.includes("://")) {
    throw new LatchkeyError("ERR_CONFIG_INVALID", "sqlite needs the path of a file. Nothing was opened.");
  }
  const file = resolve(path);
  return { description: `SQLite ${file}`, open: () => openFile(file, systemClock) };
}

async function openFile(file: string, clock: Clock): Promise<Database> {
  const [
    { DatabaseSync },
    { prepareFile },
    { sqliteError },
    { readerOver, writerOver },
    { GroupCommit },
    { whileBusy },
  ] = await Promise.all([
    import("node:sqlite"),
    import("./file.ts"),
    import("./errors.ts"),
    import("./connection.ts"),
    import("./group-commit.ts"),
    import("./patience.ts"),
  ]);
  await prepareFile(file);

  function connect(pragmas: string): InstanceType<typeof DatabaseSync> {
    let connection: InstanceType<typeof DatabaseSync> | undefined;
    try {
      // A wait for another process's lock happens in async code, not in here, where it would hold up the event loop.
      connection = new DatabaseSync(file, { timeout: 0 });
      connection.exec(`PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; ${pragmas}`);
      return connection;
    } catch (error) {
      connection?.close();
      throw sqliteError(error);
    }
  }

  // Opening takes the file's lock for a moment where the journal mode changes or a crashed process's log is recovered.
  const writer = writerOver(await whileBusy(clock, () => connect(writerPragmas)));
  const reader = await whileBusy(clock, () => readerOver(connect("PRAGMA query_only = ON;"), clock)).catch(
    async (error: unknown) => {
      await writer.close();
      throw error;
    },
  );

  const commits = new GroupCommit(writer.kysely, clock);
  const gate = new Gate();
  let closing: Promise<void> | undefined;
  return {
    dialect: "sqlite",
    reader: reader.kysely,
    transaction: (work) => gate.run(() => commits.run(work)),
    insertIfAbsent: async <DB, T extends keyof DB>(query: InsertQueryBuilder<DB, T, InsertResult>) => {
      const { numInsertedOrUpdatedRows } = await query
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    close: () => (closing ??= gate.close().then(() => settleAll([reader.close(), writer.close()]))),
  };
}
