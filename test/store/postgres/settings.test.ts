import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { Database } from "../../../src/store/database.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { thrownBy } from "../../harness/errors.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import { startTcpProxy } from "../../harness/tcp-proxy.ts";
import { notesOf } from "../notes.ts";

let server: PostgresServer;
beforeAll(async () => {
  // Long enough that nothing else brings a commit to the disk within a test.
  server = await startPostgres({ settings: ["wal_writer_delay=10s"] });
});
afterAll(() => server.stop());

async function asAdministrator(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** A pool of one connection, to a database with these settings. */
async function open(name: string, ...settings: readonly string[]): Promise<Database> {
  const url = await server.createDatabase(name);
  for (const setting of settings) await asAdministrator(`alter database ${name} set ${setting}`);
  const database = await postgres({ url, poolSize: 1 }).open(silentLogger);
  onTestFinished(() => database.close());
  return database;
}

async function settingsIn(connection: Database["reader"]): Promise<unknown> {
  const query = sql`select current_setting('synchronous_commit') as commit, current_setting('transaction_isolation') as isolation`;
  return (await query.execute(connection)).rows[0];
}

// Budget of the file: 10 s, the server's start included.
describe("a transaction on PostgreSQL", { timeout: 20_000 }, () => {
  it.each([
    { set: "off", held: "on" },
    { set: "false", held: "on" },
    { set: "local", held: "local" },
    { set: "on", held: "on" },
    { set: "remote_write", held: "remote_write" },
    { set: "remote_apply", held: "remote_apply" },
  ])("holds synchronous_commit at $held where the database has $set, for itself alone", async ({ set, held }) => {
    const database = await open(`commit_${set}`, `synchronous_commit = ${set}`);
    const before = await settingsIn(database.reader);
    const inside = await database.transaction(settingsIn);
    expect(inside).toMatchObject({ commit: held });
    expect(await settingsIn(database.reader)).toEqual(before);
  });

  it("runs at READ COMMITTED, and holds where the role has it off", async () => {
    const database = await open("isolated", "default_transaction_isolation = serializable");
    await asAdministrator("alter role latchkey in database isolated set synchronous_commit = off");
    expect(await database.transaction(settingsIn)).toEqual({ commit: "on", isolation: "read committed" });
  });

  it("is there after a crash of the server once it resolved, where the database says off", async () => {
    const database = await open("crash", "synchronous_commit = off");
    const notes = notesOf(database);
    await notes.create();
    await asAdministrator("checkpoint");
    await notes.insert("acknowledged");
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.reader);
    const witness = new pg.Client({ connectionString: server.url });
    await witness.connect();
    witness.on("error", () => undefined);
    const ended = new Promise<void>((resolve) => {
      witness.once("end", resolve);
    });
    // The postmaster then ends everybody and throws away what only memory holds.
    process.kill(rows[0]?.pid ?? expect.fail("no process"), "SIGKILL");
    await ended;
    const names = (): Promise<string[] | undefined> => notes.names().catch(() => undefined);
    await expect.poll(names, { timeout: 15_000 }).toEqual(["acknowledged"]);
  });

  it("begins in one round trip", async () => {
    const proxy = await startTcpProxy(server.port);
    onTestFinished(() => proxy.close());
    const url = server.url.replace(`:${String(server.port)}/`, `:${String(proxy.port)}/`);
    const database = await postgres(url).open(silentLogger);
    onTestFinished(() => database.close());
    await settingsIn(database.reader);
    const sent: string[] = [];
    proxy.judge = (bytes) => {
      sent.push(bytes.toString("latin1"));
      return "pass";
    };
    await database.transaction(() => Promise.resolve());
    expect(sent).toEqual([expect.stringContaining("begin isolation level"), expect.stringContaining("commit\0")]);
  });

  it("leaves no connection in a transaction that failed to begin", async () => {
    const database = await open("unbegun", "search_path = public, pg_catalog");
    await sql`create function public.current_setting(text) returns text as 'select (1 / 0)::text' language sql`.execute(
      database.reader,
    );
    const error = await thrownBy(() => database.transaction(() => Promise.resolve()));
    expect(isLatchkeyError(error, "ERR_STORE_FAILED")).toBe(true);
    await sql`drop function public.current_setting(text)`.execute(database.reader);
    await notesOf(database).create();
  });
});

describe("a PostgreSQL server that takes no writes", { timeout: 20_000 }, () => {
  // A connection keeps what it began with, as one to a server that became a standby does.
  it("is an outage, and the next attempt takes a new connection", async () => {
    const database = await open("standby");
    const notes = notesOf(database);
    await notes.create();
    await asAdministrator("alter database standby set default_transaction_read_only = on");
    await asAdministrator("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'standby'");
    const setting = sql<{ held: string }>`select current_setting('default_transaction_read_only') as held`;
    const held = (): Promise<unknown> => setting.execute(database.reader).then(({ rows }) => rows[0]?.held, String);
    await expect.poll(held, { timeout: 10_000 }).toBe("on");
    await asAdministrator("alter database standby reset default_transaction_read_only");
    const error = await thrownBy(() => notes.insert("lost"));
    if (!isLatchkeyError(error, "ERR_STORE_UNAVAILABLE")) throw error;
    expect(error.retryable).toBe(true);
    expect(error.context).toEqual({ postgres: "25006" });
    expect(error.message).toContain("no effect");
    await notes.insert("written");
    expect(await notes.names()).toEqual(["written"]);
  });
});
