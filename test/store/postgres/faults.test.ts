import { inspect } from "node:util";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { Database } from "../../../src/store/database.ts";
import { postgres, type PostgresOptions } from "../../../src/store/postgres/index.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { thrownBy } from "../../harness/errors.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import { createRecorder } from "../../harness/recorder.ts";
import { insertNote, notesOf } from "../notes.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ settings: ["deadlock_timeout=50ms"] });
});
afterAll(() => server.stop());

async function open(name: string, options: Omit<PostgresOptions, "url"> = {}): Promise<Database> {
  const database = await postgres({ url: await server.createDatabase(name), ...options }).open(silentLogger);
  onTestFinished(() => database.close());
  return database;
}

/** Resolves for both callers once both have called it. */
function rendezvous(): () => Promise<void> {
  let waiting: (() => void) | undefined;
  return () =>
    new Promise((resolve) => {
      if (waiting === undefined) {
        waiting = resolve;
      } else {
        waiting();
        resolve();
      }
    });
}

// Budget of the file: 8 s, the server's start included.
describe("PostgreSQL", { timeout: 15_000 }, () => {
  it("runs a transaction again that lost a deadlock", async () => {
    const database = await open("deadlock");
    const notes = notesOf(database);
    await notes.create();
    await notes.insert("a");
    await notes.insert("b");
    const meet = rendezvous();
    let runs = 0;
    const touch = (first: string, second: string): Promise<void> =>
      database.transaction(async (tx) => {
        runs += 1;
        const isFirstRound = runs <= 2;
        await sql`update notes set body = coalesce(body, '') || ${second} where name = ${first}`.execute(tx);
        if (isFirstRound) await meet();
        await sql`update notes set body = coalesce(body, '') || ${first} where name = ${second}`.execute(tx);
      });
    await Promise.all([touch("a", "b"), touch("b", "a")]);
    expect(runs).toBe(3);
    expect([(await notes.get("a"))?.body, (await notes.get("b"))?.body]).toEqual(["bb", "aa"]);
  });

  it("gives a conflict up that never clears, typed", async () => {
    const database = await open("conflict");
    let runs = 0;
    const error = await thrownBy(() =>
      database.transaction(async (tx) => {
        runs += 1;
        await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(tx);
      }),
    );
    if (!isLatchkeyError(error, "ERR_STORE_BUSY")) throw error;
    expect(error.retryable).toBe(true);
    expect(runs).toBe(8);
  });

  it("cancels a statement that takes too long", async () => {
    const database = await open("slow", { timeoutMs: 200 });
    const error = await thrownBy(() => sql`select pg_sleep(30)`.execute(database.reader));
    if (!isLatchkeyError(error, "ERR_STORE_BUSY")) throw error;
    expect(inspect(error)).not.toContain("pg_sleep");
    await notesOf(database).create();
  });

  it("reports no success for a transaction that the server undid", async () => {
    const database = await open("swallowed");
    const notes = notesOf(database);
    await notes.create();
    await notes.insert("taken");
    const error = await thrownBy(() =>
      database.transaction(async (tx) => {
        await insertNote(tx, "before");
        await insertNote(tx, "taken").catch(() => undefined);
      }),
    );
    expect(isLatchkeyError(error, "ERR_STORE_FAILED")).toBe(true);
    expect(await notes.names()).toEqual(["taken"]);
  });

  it("opens no more connections than the pool's size, and serves all who wait", async () => {
    const database = await open("pool", { poolSize: 3 });
    const seen = await Promise.all(
      Array.from({ length: 40 }, () =>
        sql<{ pid: number }>`select pg_backend_pid() as pid, pg_sleep(0.005)`.execute(database.reader),
      ),
    );
    expect(new Set(seen.map(({ rows }) => rows[0]?.pid)).size).toBe(3);
  });

  it("waits no longer for a connection than is allowed", async () => {
    const database = await open("starved", { poolSize: 1, timeoutMs: 200 });
    let finish = (): void => undefined;
    const held = database.transaction(() => new Promise<void>((resolve) => (finish = resolve)));
    const error = await thrownBy(() => notesOf(database).names());
    expect(isLatchkeyError(error, "ERR_STORE_UNAVAILABLE")).toBe(true);
    finish();
    await Promise.allSettled([held]);
  });
});

describe("a login that PostgreSQL refuses", { timeout: 15_000 }, () => {
  const password = "canary-9b1d/with ?odd&words";

  it.each([
    { what: "a wrong password", change: (url: URL) => (url.password = encodeURIComponent(password)) },
    { what: "an unknown user", change: (url: URL) => (url.username = "nobody-there") },
    { what: "an unknown database", change: (url: URL) => (url.pathname = "/nowhere") },
  ])("for $what is typed, and shows no password", async ({ change }) => {
    const url = new URL(server.url);
    change(url);
    const { lines, logger } = createRecorder();
    const adapter = postgres(url.href);
    const database = await adapter.open(logger);
    onTestFinished(() => database.close());
    for (const attempt of [() => notesOf(database).names(), () => notesOf(database).insert("one")]) {
      const error = await thrownBy(attempt);
      if (!isLatchkeyError(error, "ERR_STORE_FAILED")) throw error;
      const shown = [error.message, error.stack, JSON.stringify(error), inspect(error), inspect(error.cause)];
      const all = [...shown, JSON.stringify(lines), adapter.description, inspect(adapter), inspect(database)].join(
        "\n",
      );
      for (const secret of [password, encodeURIComponent(password), url.password]) expect(all).not.toContain(secret);
    }
  });
});
