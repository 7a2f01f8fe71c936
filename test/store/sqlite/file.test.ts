import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { thrownBy } from "../../harness/errors.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openAt } from "../contract.ts";
import { notesOf } from "../notes.ts";

const isRoot = process.geteuid?.() === 0;
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

let path: string;
beforeEach(() => {
  path = join(temporaryDirectory(), "new", "deep", "wallets.db");
});

async function filled(rows = 1): Promise<void> {
  const database = await sqlite(path).open(silentLogger);
  const notes = notesOf(database);
  await notes.create();
  await Promise.all(Array.from({ length: rows }, (_, row) => notes.insert(String(row), new Uint8Array(1000))));
  await database.close();
}

async function expectRefused(code: ErrorCode): Promise<void> {
  const error = await thrownBy(async () => {
    const database = await sqlite(path).open(silentLogger);
    try {
      await notesOf(database).names();
    } finally {
      await database.close();
    }
  });
  if (!isLatchkeyError(error)) throw error;
  expect(error.code).toBe(code);
}

describe("the database file", { timeout: 10_000 }, () => {
  it("is made for its owner alone, with its directory and the files beside it, whatever the umask", async () => {
    const before = process.umask(0o000);
    try {
      const database = await openAt({ dialect: "sqlite", location: path });
      await notesOf(database).create();
    } finally {
      process.umask(before);
    }
    expect(modeOf(dirname(path))).toBe("700");
    const files = readdirSync(dirname(path));
    expect(files.sort()).toEqual(["wallets.db", "wallets.db-shm", "wallets.db-wal"]);
    expect(files.map((file) => modeOf(join(dirname(path), file)))).toEqual(["600", "600", "600"]);
  });

  it("can be written by its owner under a umask that takes everything", async () => {
    mkdirSync(dirname(path), { recursive: true });
    const before = process.umask(0o777);
    try {
      await filled();
    } finally {
      process.umask(before);
    }
    expect(modeOf(path)).toBe("600");
  });

  it.each([0o640, 0o604, 0o660, 0o601, 0o620])("is refused with mode %o", async (mode) => {
    await filled();
    chmodSync(path, mode);
    await expectRefused("ERR_STORE_UNSAFE_FILE");
    chmodSync(path, 0o600);
    await (await openAt({ dialect: "sqlite", location: path })).close();
  });

  it("is refused where it is a symbolic link, also a dangling one", async () => {
    await filled();
    const target = path;
    path = `${target}.link`;
    symlinkSync(target, path);
    await expectRefused("ERR_STORE_UNSAFE_FILE");
    path = `${target}.dangling`;
    symlinkSync(`${target}.nowhere`, path);
    await expectRefused("ERR_STORE_UNSAFE_FILE");
    expect(readdirSync(dirname(path))).not.toContain("wallets.db.nowhere");
  });

  it("is refused where it is a directory", async () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    await expectRefused("ERR_STORE_UNSAFE_FILE");
  });

  it.skipIf(!isRoot)("is refused where it belongs to another user", async () => {
    await filled();
    chownSync(path, 12345, 12345);
    await expectRefused("ERR_STORE_UNSAFE_FILE");
  });

  it("is told from what cannot be reached", async () => {
    writeFileSync(join(dirname(dirname(dirname(path))), "new"), "a file where a directory is needed");
    await expectRefused("ERR_STORE_UNAVAILABLE");
  });

  it("is refused where it is no database", async () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "This is a letter, not a database. ".repeat(100), { mode: 0o600 });
    await expectRefused("ERR_STORE_FAILED");
  });

  it.each([50, 1000, 5000])("is refused where it was cut off after %d bytes", async (bytes) => {
    await filled(100);
    truncateSync(path, bytes);
    await expectRefused("ERR_STORE_FAILED");
  });

  it("is left as it was by a refusal", async () => {
    await filled();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    chmodSync(path, 0o644);
    const before = statSync(path);
    await expectRefused("ERR_STORE_UNSAFE_FILE");
    expect(statSync(path)).toMatchObject({ mode: before.mode, size: before.size, mtimeMs: before.mtimeMs });
  });

  it.each(["", ":memory:", "a\0b"])("needs a path: %j is refused at once", (bad) => {
    expect(() => sqlite(bad)).toThrow(expect.objectContaining({ code: "ERR_CONFIG_INVALID" }));
  });
});
