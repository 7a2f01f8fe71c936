import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Transaction } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError, LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { NoTables } from "../../../src/store/database.ts";
import { writerOver } from "../../../src/store/sqlite/connection.ts";
import { GroupCommit } from "../../../src/store/sqlite/group-commit.ts";
import { thrownBy } from "../../harness/errors.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { insertNote } from "../notes.ts";

interface Fixture {
  readonly commits: GroupCommit;
  readonly clock: ManualClock;
  /** Asked before each commit; tests put their own in its place. */
  readonly file: { check: () => Promise<void> };
  /** Another connection, as another process would have. */
  readonly other: DatabaseSync;
  names(): unknown[];
  walCommits(): number;
}

function setUp(): Fixture {
  const path = join(temporaryDirectory(), "test.db");
  const connection = new DatabaseSync(path, { timeout: 0 });
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  connection.exec("CREATE TABLE notes (name TEXT PRIMARY KEY, body TEXT, bytes BLOB)");
  const other = new DatabaseSync(path, { timeout: 0 });
  const clock = new ManualClock();
  const writer = writerOver(connection);
  const file = { check: () => Promise.resolve() };
  onTestFinished(async () => {
    await writer.close();
    other.close();
  });
  return {
    commits: new GroupCommit(writer.kysely, clock, () => file.check()),
    clock,
    file,
    other,
    names: () =>
      other
        .prepare("SELECT name FROM notes ORDER BY name")
        .all()
        .map((row) => row["name"]),
    walCommits: () => commitFrames(readFileSync(`${path}-wal`)),
  };
}

/** Counts the commits in a write-ahead log: frames whose header states the database's size. Format: https://sqlite.org/fileformat2.html#walformat */
function commitFrames(wal: Buffer): number {
  const pageSize = wal.readUInt32BE(8);
  let count = 0;
  for (let at = 32; at + 24 + pageSize <= wal.length; at += 24 + pageSize) {
    if (wal.readUInt32BE(at + 4) !== 0) count += 1;
  }
  return count;
}

// Budget of the file: 3 s.
describe("GroupCommit", { timeout: 10_000 }, () => {
  it("commits works that wait together in one, up to 128", async () => {
    const { commits, names, walCommits } = setUp();
    const before = walCommits();
    await Promise.all(Array.from({ length: 200 }, (_, index) => commits.run((tx) => insertNote(tx, String(index)))));
    expect(names()).toHaveLength(200);
    expect(walCommits() - before).toBe(2);
  });

  it("asks once per commit whether the file is there, and writes nothing of a batch where it is not", async () => {
    const { commits, file, names } = setUp();
    const gone = new LatchkeyError("ERR_STORE_UNAVAILABLE", "gone");
    const answers = [Promise.resolve(), Promise.reject(gone), Promise.resolve()];
    let asked = 0;
    file.check = () => answers[asked++] ?? Promise.resolve();
    const keys = Array.from({ length: 300 }, (_, index) => index);
    const outcomes = await Promise.allSettled(keys.map((key) => commits.run((tx) => insertNote(tx, String(key)))));
    expect(asked).toBe(3);
    const failed = outcomes.flatMap((outcome, key) => (outcome.status === "rejected" ? [key] : []));
    expect(failed).toEqual(keys.slice(128, 256));
    for (const key of failed) expect(outcomes[key]).toEqual({ status: "rejected", reason: gone });
    expect(names()).toEqual(
      keys
        .filter((key) => !failed.includes(key))
        .map(String)
        .sort(),
    );
  });

  it("asks again when it had to wait for the lock, and never while it holds it", async () => {
    const { commits, clock, file, other, names } = setUp();
    other.exec("BEGIN IMMEDIATE");
    const write = thrownBy(() => commits.run((tx) => insertNote(tx, "one")));
    await clock.advance(1000);
    file.check = () => {
      // Another process gets the lock while this one asks.
      other.exec("BEGIN IMMEDIATE; ROLLBACK");
      return Promise.reject(new LatchkeyError("ERR_STORE_UNAVAILABLE", "gone"));
    };
    other.exec("COMMIT");
    await clock.advance(100);
    expect(isLatchkeyError(await write, "ERR_STORE_UNAVAILABLE")).toBe(true);
    expect(names()).toEqual([]);
  });

  it("resolves none of them before the commit", async () => {
    const { commits, names } = setUp();
    const seen = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        await commits.run((tx) => insertNote(tx, String(index)));
        return names().length;
      }),
    );
    expect(new Set(seen)).toEqual(new Set([10]));
  });

  it("fails a work that never settles, alone, and lets nothing of it in later", async () => {
    const { commits, clock, names } = setUp();
    let late: Transaction<NoTables> | undefined;
    const first = commits.run((tx) => insertNote(tx, "first"));
    const hung = thrownBy(() =>
      commits.run(async (tx) => {
        late = tx;
        await insertNote(tx, "hung");
        await new Promise(() => undefined);
      }),
    );
    const last = commits.run((tx) => insertNote(tx, "last"));
    // One turn of the event loop brings the works to where they stand; time moves only then.
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10_000);
    const error = await hung;
    expect(isLatchkeyError(error, "ERR_STORE_FAILED")).toBe(true);
    await Promise.all([first, last]);
    expect(names()).toEqual(["first", "last"]);
    const handle = late ?? expect.fail("the work did not run");
    await thrownBy(() => insertNote(handle, "too late"));
    await commits.run((tx) => insertNote(tx, "next"));
    expect(names()).toEqual(["first", "last", "next"]);
  });

  it("says BUSY when another process keeps the lock longer than 10 s, each caller after its own wait", async () => {
    const { commits, clock, other, names } = setUp();
    other.exec("BEGIN IMMEDIATE");
    let firstFailed = false;
    const first = thrownBy(() => commits.run((tx) => insertNote(tx, "first"))).then((error) => {
      firstFailed = true;
      return error;
    });
    await clock.advance(9000);
    const second = thrownBy(() => commits.run((tx) => insertNote(tx, "second")));
    await clock.advance(900);
    expect(firstFailed).toBe(false);
    await clock.advance(200);
    const error = await first;
    if (!isLatchkeyError(error, "ERR_STORE_BUSY")) throw error;
    expect(error.retryable).toBe(true);
    await clock.advance(9000);
    expect(isLatchkeyError(await second, "ERR_STORE_BUSY")).toBe(true);
    other.exec("COMMIT");
    expect(names()).toEqual([]);
    await commits.run((tx) => insertNote(tx, "third"));
    expect(names()).toEqual(["third"]);
  });

  it("gets through when the lock is given up in time", async () => {
    const { commits, clock, other, names } = setUp();
    other.exec("BEGIN IMMEDIATE");
    const write = commits.run((tx) => insertNote(tx, "one"));
    await clock.advance(9000);
    other.exec("COMMIT");
    await clock.advance(100);
    await write;
    expect(names()).toEqual(["one"]);
  });
});
