import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { readerOver } from "../../../src/store/sqlite/connection.ts";
import type { Clock } from "../../../src/units/clock.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openAt } from "../contract.ts";

/** A clock on which every look takes 1 ms. */
class StrideClock extends ManualClock {
  #looks = 0;

  override monotonicMs(): number {
    return (this.#looks += 1);
  }
}

function readerAt(clock: Clock): () => Promise<unknown> {
  const reader = readerOver(new DatabaseSync(":memory:", { timeout: 0 }), clock);
  onTestFinished(() => reader.close());
  return () => sql`select 1`.execute(reader.kysely);
}

/** Counts the turns of the event loop while `work` runs. */
async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0;
  let handle = setImmediate(function count() {
    turns += 1;
    handle = setImmediate(count);
  });
  await work();
  clearImmediate(handle);
  return turns;
}

async function oneAfterAnother(count: number, query: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 1) await query();
}

// Budget of the file: 3 s.
describe("queries of SQLite that come one after another", { timeout: 10_000 }, () => {
  it("let the event loop turn every 10 ms", async () => {
    const query = readerAt(new StrideClock());
    // Each query looks at the clock at least once.
    expect(await turnsDuring(() => oneAfterAnother(1000, query))).toBeGreaterThanOrEqual(50);
  });

  it("let it turn as often where there are many callers", async () => {
    const query = readerAt(new StrideClock());
    const turns = await turnsDuring(async () => {
      await Promise.all(Array.from({ length: 50 }, () => oneAfterAnother(20, query)));
    });
    expect(turns).toBeGreaterThanOrEqual(50);
  });

  it("wait for no turn before that", async () => {
    const query = readerAt(new ManualClock());
    expect(await turnsDuring(() => oneAfterAnother(1000, query))).toBe(0);
  });

  it("let it turn in a database as it is opened", async () => {
    const { reader } = await openAt({ dialect: "sqlite", location: join(temporaryDirectory(), "test.db") });
    const seen = { turns: 0 };
    setImmediate(() => (seen.turns += 1));
    // Far more than fit into 10 ms; without a turn they would all come first.
    for (let count = 0; count < 50_000 && seen.turns === 0; count += 1) await sql`select 1`.execute(reader);
    expect(seen.turns).toBe(1);
  });
});

describe("a transaction of SQLite", { timeout: 10_000 }, () => {
  // What survives a power cut depends on these; no crash of a process shows a difference.
  it.each([
    ["synchronous", 2],
    ["journal_mode", "wal"],
    ["fullfsync", 1],
    ["checkpoint_fullfsync", 1],
    ["foreign_keys", 1],
    ["trusted_schema", 0],
  ])("runs with %s = %s", async (name, value) => {
    const database = await openAt({ dialect: "sqlite", location: join(temporaryDirectory(), "test.db") });
    const { rows } = await database.transaction((tx) => sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(tx));
    expect(rows).toEqual([{ [name]: value }]);
  });
});
