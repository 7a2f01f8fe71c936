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
 * synchronous=FULL: what a call resolved with survives a power cut. Keep it on a local disk. Once it is removed, or another file has its
 * name, writes fail with `ERR_STORE_UNAVAILABLE` until the process is started over the right file.
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
  const [{ connect }, { fileGuard, prepareFile }, { readerOver, writerOver }, { GroupCommit }, { whileBusy }] =
    await Promise.all([
      import("./connect.ts"),
      import("./file.ts"),
      import("./connection.ts"),
      import("./group-commit.ts"),
      import("./patience.ts"),
    ]);
  await prepareFile(file);

  // Opening takes the file's lock for a moment where the journal mode changes or a crashed process's log is recovered.
  const writer = writerOver(await whileBusy(clock, () => connect(file, writerPragmas)));
  const openReader = async () => {
    const requireFile = await fileGuard(file);
    const reader = await whileBusy(clock, () => readerOver(connect(file, "PRAGMA query_only = ON;"), clock));
    return { requireFile, reader };
  };
  const { requireFile, reader } = await openReader().catch(async (error: unknown) => {
    await writer.close();
    throw error;
  });

  const commits = new GroupCommit(writer.kysely, clock, requireFile);
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
