import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";
import type { Database } from "../../../src/store/database.ts";
import { readOnlySqlite } from "../../../src/store/sqlite/read-only.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { thrownBy } from "../../harness/errors.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openAt } from "../contract.ts";
import { type NoteTables, notesOf } from "../notes.ts";

let path: string;
beforeEach(() => {
  // Characters that mean something in a URI.
  path = join(temporaryDirectory(), "a b?c#d%20e.db");
});

async function openToRead(): Promise<Database> {
  const database = await readOnlySqlite(path).open(silentLogger);
  onTestFinished(() => database.close());
  return database;
}

async function filled(): Promise<void> {
  const database = await sqlite(path).open(silentLogger);
  const notes = notesOf(database);
  await notes.create();
  await notes.insert("one");
  await database.close();
}

/** Every file of the directory with its bytes and times. */
function everything(): unknown {
  return readdirSync(dirname(path)).map((name) => {
    const file = join(dirname(path), name);
    const { mode, mtimeMs, ino } = statSync(file);
    return { name, mode, mtimeMs, ino, bytes: readFileSync(file).toString("base64") };
  });
}

async function expectRefused(code: ErrorCode, attempt: () => Promise<unknown>): Promise<void> {
  const error = await thrownBy(attempt);
  if (!isLatchkeyError(error)) throw error;
  expect(error.code).toBe(code);
}

// Budget of the file: 3 s.
describe("readOnlySqlite", { timeout: 10_000 }, () => {
  it("reads a file that nobody has open, and leaves everything as it was", async () => {
    await filled();
    const before = everything();
    const database = await openToRead();
    expect(await notesOf(database).names()).toEqual(["one"]);
    await database.close();
    expect(everything()).toEqual(before);
  });

  it("reads what a backend has just written that has it open", async () => {
    const backend = notesOf(await openAt({ dialect: "sqlite", location: path }));
    await backend.create();
    const database = await openToRead();
    await backend.insert("two");
    expect(await notesOf(database).names()).toEqual(["two"]);
    await database.close();
    await backend.insert("three");
    expect(await backend.names()).toEqual(["three", "two"]);
  });

  it("reads what is only in the log that a crashed backend left", async () => {
    const backend = notesOf(await openAt({ dialect: "sqlite", location: path }));
    await backend.create();
    await backend.insert("in the log");
    const crashed = readFileSync(path);
    const log = readFileSync(`${path}-wal`);
    path = join(temporaryDirectory(), "crashed.db");
    writeFileSync(path, crashed, { mode: 0o600 });
    writeFileSync(`${path}-wal`, log, { mode: 0o600 });
    const database = await openToRead();
    expect(await notesOf(database).names()).toEqual(["in the log"]);
    await database.close();
    expect([readFileSync(path), readFileSync(`${path}-wal`)]).toEqual([crashed, log]);
  });

  it.each(["delete", "wal", "truncate"])("keeps a foreign file's journal mode %s, and the file", async (mode) => {
    const foreign = new DatabaseSync(path);
    foreign.exec(`pragma journal_mode = ${mode}; create table t (x)`);
    foreign.close();
    chmodSync(path, 0o600);
    const before = everything();
    const database = await openToRead();
    await expectRefused("ERR_STORE_FAILED", () => notesOf(database).names());
    await database.close();
    expect(everything()).toEqual(before);
  });

  it("leaves an empty file empty", async () => {
    writeFileSync(path, "", { mode: 0o600 });
    const before = everything();
    const database = await openToRead();
    await expectRefused("ERR_STORE_FAILED", () => notesOf(database).names());
    await database.close();
    expect(everything()).toEqual(before);
  });

  it("refuses what the writing adapter refuses, and makes no file", async () => {
    await expectRefused("ERR_STORE_UNAVAILABLE", openToRead);
    expect(everything()).toEqual([]);
    await filled();
    chmodSync(path, 0o640);
    await expectRefused("ERR_STORE_UNSAFE_FILE", openToRead);
    chmodSync(path, 0o600);
    symlinkSync(path, `${path}.link`);
    path += ".link";
    await expectRefused("ERR_STORE_UNSAFE_FILE", openToRead);
  });

  it("refuses to write, by any way", async () => {
    await filled();
    const before = everything();
    const database = await openToRead();
    await expectRefused("ERR_STORE_FAILED", () => notesOf(database).insert("two"));
    const insert = database.reader.$extendTables<NoteTables>().insertInto("notes").values({ name: "two" });
    await expectRefused("ERR_STORE_FAILED", () => database.insertIfAbsent(insert));
    await thrownBy(() => insert.execute());
    await database.close();
    expect(everything()).toEqual(before);
  });
});
