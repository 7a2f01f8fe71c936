import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { thrownBy } from "../../harness/errors.ts";
import { openAt } from "../contract.ts";
import { type Notes, notesOf } from "../notes.ts";

const files = ["", "-wal", "-shm"];
let path: string;
let notes: Notes;
beforeEach(async () => {
  path = join(temporaryDirectory(), "test.db");
  notes = notesOf(await openAt({ dialect: "sqlite", location: path }));
  await notes.create();
  await notes.insert("before");
});

async function expectRefused(): Promise<void> {
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, (_, index) => thrownBy(() => notes.insert(`lost ${String(index)}`))),
  );
  for (const error of outcomes) {
    if (!isLatchkeyError(error, "ERR_STORE_UNAVAILABLE")) throw error;
    expect(error.retryable).toBe(true);
    expect(error.message).toMatch(/removed or replaced.*Nothing was written.*restart/);
  }
}

// Budget of the file: 3 s.
describe("a SQLite file that a process has open", { timeout: 10_000 }, () => {
  it("acknowledges nothing once it is removed, and is not made again", async () => {
    for (const end of files) rmSync(path + end, { force: true });
    await expectRefused();
    await expectRefused();
    expect(files.filter((end) => existsSync(path + end))).toEqual([]);
  });

  it("acknowledges nothing once another file has its name", async () => {
    const other = `${path}.other`;
    await (await openAt({ dialect: "sqlite", location: other })).close();
    const before = readFileSync(other);
    renameSync(other, path);
    await expectRefused();
    expect(readFileSync(path)).toEqual(before);
  });

  it("acknowledges nothing once a copy of it has its name", async () => {
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    await expectRefused();
  });

  it("goes on once it has its name again, and nothing that failed is in it", async () => {
    renameSync(path, `${path}.away`);
    await expectRefused();
    renameSync(`${path}.away`, path);
    await notes.insert("after");
    expect(await notes.names()).toEqual(["after", "before"]);
  });
});
