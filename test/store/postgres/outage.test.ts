import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isLatchkeyError, type LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import { createRecorder } from "../../harness/recorder.ts";
import { startTcpProxy, type TcpProxy } from "../../harness/tcp-proxy.ts";
import { openAt } from "../contract.ts";
import { insertNote, type Notes, notesOf } from "../notes.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

async function expectUnavailable(attempt: () => Promise<unknown>): Promise<LatchkeyError> {
  const error = await thrownBy(attempt);
  if (!isLatchkeyError(error, "ERR_STORE_UNAVAILABLE")) throw error;
  expect(error.retryable).toBe(true);
  return error;
}

/** Notes through a wire that can be cut, and the same notes by a way around it. */
async function throughProxy(name: string): Promise<{ proxy: TcpProxy; notes: Notes; around: Notes }> {
  const url = await server.createDatabase(name);
  const proxy = await startTcpProxy(server.port);
  onTestFinished(() => proxy.close());
  const location = url.replace(`:${String(server.port)}/`, `:${String(proxy.port)}/`);
  const database = await postgres({ url: location, timeoutMs: 300, poolSize: 1 }).open(createRecorder().logger);
  onTestFinished(() => database.close());
  const notes = notesOf(database);
  await notes.create();
  return { proxy, notes, around: notesOf(await openAt({ dialect: "postgres", location: url })) };
}

// Budget of the file: 10 s, the server's start included.
describe("a PostgreSQL server that stops", { timeout: 20_000 }, () => {
  it("while connections are idle: typed errors until it is back, and the process lives on", async () => {
    const recorder = createRecorder();
    const database = await postgres(await server.createDatabase("idle")).open(recorder.logger);
    onTestFinished(() => database.close());
    const notes = notesOf(database);
    await notes.create();
    await Promise.all(Array.from({ length: 5 }, (_, index) => notes.insert(String(index))));
    await server.pause();
    await expectUnavailable(() => notes.names());
    await expectUnavailable(() => notes.insert("down"));
    await server.resume();
    expect(await notes.names()).toHaveLength(5);
    await notes.insert("back");
    expect(recorder.lines.map(({ level, message }) => `${level}: ${message}`)).toContain(
      "warn: lost a connection to PostgreSQL",
    );
  });

  it("while transactions are under way: typed errors, and nothing of them is there afterwards", async () => {
    const database = await openAt({ dialect: "postgres", location: await server.createDatabase("busy") });
    const notes = notesOf(database);
    await notes.create();
    let started = (): void => undefined;
    const underWay = new Promise<void>((resolve) => {
      started = resolve;
    });
    const failing = expectUnavailable(() =>
      database.transaction(async (tx) => {
        await insertNote(tx, "half");
        started();
        await sql`select pg_sleep(60)`.execute(tx);
      }),
    );
    await underWay;
    await server.pause();
    expect((await failing).context).not.toHaveProperty("outcome");
    await server.resume();
    expect(await notes.names()).toEqual([]);
  });

  it("and is not there when it is opened: typed, without the URL", async () => {
    const url = new URL(server.url);
    url.port = "1";
    const database = await openAt({ dialect: "postgres", location: url.href });
    const error = await expectUnavailable(() => notesOf(database).names());
    expect(JSON.stringify(error)).not.toContain(url.password);
  });
});

describe("a connection that is lost", { timeout: 20_000 }, () => {
  it.each([
    { verdict: "cut-before", expected: [] },
    { verdict: "cut-after", expected: ["one"] },
  ] as const)("at COMMIT ($verdict) leaves the outcome unknown, and says so", async ({ verdict, expected }) => {
    const { proxy, notes, around } = await throughProxy(verdict);
    // The zero ends the statement: other statements have the word in them.
    proxy.judge = (sent) => (sent.includes("commit\0") ? verdict : "pass");
    const error = await expectUnavailable(() => notes.insert("one"));
    expect(error.context).toMatchObject({ outcome: "unknown" });
    proxy.judge = () => "pass";
    await expect.poll(() => around.names(), { timeout: 5000 }).toEqual(expected);
    await notes.insert("two");
    expect(await around.names()).toEqual([...expected, "two"]);
  });

  it("before COMMIT leaves nothing, and nothing is unknown", async () => {
    const { proxy, notes, around } = await throughProxy("at-insert");
    proxy.judge = (sent) => (sent.includes("insert into") ? "cut-after" : "pass");
    expect((await expectUnavailable(() => notes.insert("one"))).context).not.toHaveProperty("outcome");
    proxy.judge = () => "pass";
    await notes.insert("two");
    expect(await around.names()).toEqual(["two"]);
  });

  it("without a word is given up after the time allowed, and never used again", async () => {
    const { proxy, notes } = await throughProxy("silent");
    await notes.insert("one");
    proxy.judge = () => "swallow";
    await expectUnavailable(() => notes.names());
    await expectUnavailable(() => notes.insert("two"));
    proxy.judge = () => "pass";
    // The pool holds one connection: were the dead one kept, this would wait for it.
    expect(await notes.names()).toEqual(["one"]);
  });
});
