import { resolve } from "node:path";
import type { InsertQueryBuilder, InsertResult } from "kysely";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { systemClock } from "../../units/clock.ts";
import type { Database, StoreAdapter } from "../database.ts";

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
  if (typeof path !== "string" || path === "" || path.includes("\0") || path.startsWith(":")) {
    throw new LatchkeyError("ERR_CONFIG_INVALID", "sqlite needs the path of a file. Nothing was opened.");
  }
  const file = resolve(path);
  return { description: `SQLite ${file}`, open: () => openFile(file) };
}

async function openFile(file: string): Promise<Database> {
  const [{ DatabaseSync }, { prepareFile }, { sqliteError }, { kyselyOver }, { GroupCommit }] = await Promise.all([
    import("node:sqlite"),
    import("./file.ts"),
    import("./errors.ts"),
    import("./connection.ts"),
    import("./group-commit.ts"),
  ]);
  await prepareFile(file);

  function connect(pragmas: string): InstanceType<typeof DatabaseSync> {
    // A wait for another process's lock happens in async code, not in here, where it would hold up the event loop.
    const connection = new DatabaseSync(file, { timeout: 0 });
    connection.exec(`PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; ${pragmas}`);
    return connection;
  }

  const { writer, reader } = await patiently(() => {
    try {
      return {
        writer: kyselyOver(connect("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")),
        reader: kyselyOver(connect("PRAGMA query_only = ON;")),
      };
    } catch (error) {
      throw sqliteError(error);
    }
  });
  const commits = new GroupCommit(writer, systemClock);
  return {
    dialect: "sqlite",
    reader,
    transaction: (work) => commits.run(work),
    insertIfAbsent: async <DB, T extends keyof DB>(query: InsertQueryBuilder<DB, T, InsertResult>) => {
      const { numInsertedOrUpdatedRows } = await query
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    close: async () => {
      await commits.idle();
      await reader.destroy();
      await writer.destroy();
    },
  };
}

/** Opening takes the file's lock for a moment where the journal mode changes or a crashed process's log is recovered. */
async function patiently<T>(open: () => T): Promise<T> {
  const { isBusy } = await import("./errors.ts");
  const giveUpAt = systemClock.monotonicMs() + 10_000;
  for (;;) {
    try {
      return open();
    } catch (error) {
      if (!isBusy(error) || systemClock.monotonicMs() >= giveUpAt) throw error;
    }
    await systemClock.sleep(5 + Math.random() * 20);
  }
}
