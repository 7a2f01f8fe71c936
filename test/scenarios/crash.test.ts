import { cp } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRootKey, sqlite, type StoreAdapter } from "../../src/index.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { oneChain, someTransfer, twoChains } from "../harness/offline-chain.ts";
import { type PostgresServer, startPostgres } from "../harness/postgres.ts";
import { runChild } from "../harness/run-child.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";

const child = new URL("./children/login-with-crash.ts", import.meta.url);
const userId = "user";

/** A root key and a database of their own. */
interface Place {
  readonly directory: string;
  /** Of a PostgreSQL database; else it is a SQLite file in the directory. */
  readonly url: string | undefined;
}

interface StoreUnderTest {
  readonly name: string;
  makeEmpty(): Promise<Place>;
  /** Of a place that nobody is connected to. */
  copyOf(place: Place): Promise<Place>;
}

const onSqlite: StoreUnderTest = {
  name: "SQLite",
  makeEmpty: () => Promise.resolve({ directory: temporaryDirectory(), url: undefined }),
  copyOf: async ({ directory, url }) => ({ directory: await copied(directory), url }),
};

let server: PostgresServer;
let databases = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const onPostgres: StoreUnderTest = {
  name: "PostgreSQL",
  makeEmpty: async () => ({ directory: temporaryDirectory(), url: await server.createDatabase(nextName()) }),
  copyOf: async ({ directory, url = "" }) => {
    const name = nextName();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      const template = client.escapeIdentifier(new URL(url).pathname.slice(1));
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${template}`);
    } finally {
      await client.end();
    }
    return { directory: await copied(directory), url: url.replace(/[^/]+$/, name) };
  },
};

function nextName(): string {
  databases += 1;
  return `crash${String(databases)}`;
}

async function copied(directory: string): Promise<string> {
  const copy = temporaryDirectory();
  await cp(directory, copy, { recursive: true });
  return copy;
}

function storeOf({ directory, url }: Place): StoreAdapter {
  return url === undefined ? sqlite(join(directory, "wallets.db")) : postgres(url);
}

const locationOf = ({ directory, url = "" }: Place): readonly string[] => [directory, url];

/** Copies of a place in each of which a login was killed: in the first at its first point, and so on to its last. */
async function killedEverywhere(under: StoreUnderTest, start: Place): Promise<Place[]> {
  const counted = await runChild(child, [userId, "count", ...locationOf(await under.copyOf(start))]);
  expect(counted).toMatchObject({ code: 0, stderr: "" });
  expect(counted.stdout).toMatch(/^points \d+$/);
  const places: Place[] = [];
  for (let points = Number(counted.stdout.slice(7)); points > 0; points -= 1) places.push(await under.copyOf(start));
  const killed = await runChild(child, [userId, "kill", ...places.flatMap(locationOf)]);
  expect(killed).toMatchObject({ signal: "SIGKILL", stderr: "", stdout: "" });
  return places;
}

/** Goes on in another process: logs in, sends from both accounts. Returns what was there before, and what is there now. */
async function goOn(place: Place) {
  const { directory } = place;
  const wrappingKey = localRootKey(join(directory, "root.key"));
  const { latchkey } = await openTestLatchkey({ directory, chains: twoChains(), wrappingKey, store: storeOf(place) });
  const left = await latchkey.wallet(userId);
  const wallet = await latchkey.login(userId);
  await wallet.accounts.main.send(someTransfer);
  await wallet.accounts.second.send(someTransfer);
  expect(JSON.stringify(await latchkey.wallet(userId))).toBe(JSON.stringify(wallet));
  await latchkey.close();
  return { left, wallet };
}

/** So many at once that the server has connections for all of them. */
const atOnce = 12;

async function goOnEverywhere(places: readonly Place[]): Promise<Awaited<ReturnType<typeof goOn>>[]> {
  const outcomes: Awaited<ReturnType<typeof goOn>>[] = [];
  for (let first = 0; first < places.length; first += atOnce)
    outcomes.push(...(await Promise.all(places.slice(first, first + atOnce).map(goOn))));
  return outcomes;
}

// Budget of the file: 40 s. Where a branch key was claimed and not made, the next process waits 4 s for who claimed it.
describe.each([onSqlite, onPostgres])("kill -9 at any point of login on $name", { timeout: 60_000 }, (under) => {
  it("of the first user ever: afterwards one wallet or none, and login works", async () => {
    const places = await killedEverywhere(under, await under.makeEmpty());
    expect(places.length).toBeGreaterThan(30);
    const outcomes = await goOnEverywhere(places);
    for (const [point, { left, wallet }] of outcomes.entries()) {
      if (left !== undefined)
        expect(JSON.stringify(left), `killed at point ${String(point)}`).toBe(JSON.stringify(wallet));
    }
    expect(new Set(outcomes.map(({ left }) => left !== undefined))).toEqual(new Set([true, false]));
  });

  it("of an old user who is given a new account: the wallet is the old or the new one, and login works", async () => {
    const start = await under.makeEmpty();
    const { directory } = start;
    const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), store: storeOf(start) });
    const old = await latchkey.login(userId);
    await latchkey.close();
    const places = await killedEverywhere(under, start);
    expect(places.length).toBeGreaterThan(10);
    const outcomes = await goOnEverywhere(places);
    const accounts = new Set<number>();
    for (const [point, { left, wallet }] of outcomes.entries()) {
      expect(left?.id, `killed at point ${String(point)}`).toBe(old.id);
      expect(wallet.id).toBe(old.id);
      expect(wallet.accounts.main.address).toBe(old.accounts.main.address);
      accounts.add(Object.keys(left?.accounts ?? {}).length);
    }
    expect(accounts).toEqual(new Set([1, 2]));
  });
});
