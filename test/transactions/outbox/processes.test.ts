import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Latchkey } from "../../../src/index.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { adapterOf } from "../../store/children/adapter-of.ts";
import { type BackendPlace, startBackend } from "./backend.ts";
import {
  anvilOfFile,
  balanceOf,
  freshAddress,
  nonceOf,
  openScene,
  type OutboxScene,
  patient,
  pay,
  randomWallet,
  until,
} from "./scene.ts";

const main = anvilOfFile();
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const places: readonly (() => Promise<BackendPlace>)[] = [
  () => {
    const directory = temporaryDirectory();
    const place = { dialect: "sqlite", location: join(directory, "wallets.db") } as const;
    return Promise.resolve({ node: main.node, directory, place });
  },
  async () => {
    const place = { dialect: "postgres", location: await server.createDatabase(randomUUID()) } as const;
    return { node: main.node, directory: temporaryDirectory(), place };
  },
];

/** Nothing is sent twice but after a hand-over. */
const lasting = { ...patient, pollMs: 100 };

/** A backend in this process. */
async function openHere(
  { directory, place }: BackendPlace,
  worker: "auto" | "manual" = "auto",
  queueLimit = 10_000,
): Promise<OutboxScene> {
  return await openScene(main.node, { directory, store: adapterOf(place), worker, queueLimit, profile: lasting });
}

async function fundedKeys(count: number): Promise<Readonly<Record<string, Wallet>>> {
  const wallets = Array.from({ length: count }, randomWallet);
  for (const { address } of wallets) await main.node.setBalance(address, 10n ** 18n);
  return Object.fromEntries(wallets.map((wallet, index) => [`service-${String(index)}`, wallet]));
}

function keysOf(wallets: Readonly<Record<string, Wallet>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(wallets).map(([name, { privateKey }]) => [name, privateKey]));
}

async function noncesOf(latchkey: Latchkey, ids: readonly string[]): Promise<readonly number[]> {
  return await Promise.all(
    ids.map(async (id) => (await (await latchkey.transactions.get(id))?.status())?.nonce ?? expect.fail("not signed")),
  );
}

async function untilFinal(latchkey: Latchkey, count: number): Promise<void> {
  await until(async () => {
    const { transactions } = await latchkey.transactions.list({ status: "final", limit: 500 });
    expect(transactions).toHaveLength(count);
  }, 60_000);
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

// Budget of the file: 35 s, the server's start and what it takes to find a worker dead included. Both stores are tried side by side.
describe("two processes on one database, of either kind,", { timeout: 120_000 }, () => {
  const onBoth = async (play: (place: BackendPlace) => Promise<void>): Promise<void> => {
    await Promise.all(places.map(async (newPlace) => play(await newPlace())));
  };

  it("that send for the same accounts use each nonce once, in their order, and pay each payment once", async () => {
    await onBoth(async (place) => {
      const senders = await fundedKeys(5);
      const away = startBackend(place, { services: keysOf(senders) });
      const here = await openHere(place);
      const perProcess = 10;
      const paid = await Promise.all(
        Object.entries(senders).map(async ([name, wallet]) => {
          const to = freshAddress();
          const account = await here.service(name, wallet);
          const mine: string[] = [];
          const theirs = away.send(
            name,
            to,
            upTo(perProcess).map((index) => BigInt(index + 101)),
            false,
          );
          for (const index of upTo(perProcess)) mine.push((await account.send(pay(BigInt(index + 1), to))).id);
          return { account, to, sent: [mine, await theirs] };
        }),
      );
      await untilFinal(here.latchkey, 5 * 2 * perProcess);
      for (const { account, to, sent } of paid) {
        const nonces = await Promise.all(sent.map((ids) => noncesOf(here.latchkey, ids)));
        for (const each of nonces) expect(each.toSorted((a, b) => a - b)).toEqual(each);
        expect(nonces.flat().toSorted((a, b) => a - b)).toEqual(upTo(2 * perProcess));
        expect(await nonceOf(main.node, account.address)).toBe(2 * perProcess);
        expect(await balanceOf(main.node, to)).toBe(55n + 1_055n);
      }
    });
  });

  it("hand over: one is killed and the other takes its account; one drains and gives it up while it lives", async () => {
    await onBoth(async (place) => {
      const [wallet = expect.fail("no key")] = Object.values(await fundedKeys(1));
      const services = { minter: wallet.privateKey };
      const to = freshAddress();
      const values = upTo(40).map((index) => BigInt(index + 1));
      const here = await openHere(place, "manual");
      const account = await here.service("minter", wallet);
      const away = startBackend(place, { services, profile: lasting });
      const ids = [...(await away.send("minter", to, values))];
      // It has the lease, and is somewhere between a signature and a block.
      await until(async () => {
        const status = await (await here.latchkey.transactions.get(ids[0] ?? ""))?.status();
        expect(status?.state).not.toBe("queued");
      });
      await away.kill();
      here.latchkey.start();
      for (const value of values) ids.push((await account.send(pay(value, to))).id);
      await untilFinal(here.latchkey, 80);
      expect(await noncesOf(here.latchkey, ids)).toEqual(upTo(80));

      const next = startBackend(place, { services, profile: lasting });
      await next.start();
      for (const value of values) ids.push((await account.send(pay(value, to))).id);
      await here.latchkey.drain();
      // Whoever drained stores, and sends nothing.
      for (const value of values) ids.push((await account.send(pay(value, to))).id);
      await untilFinal(here.latchkey, 160);
      expect(await noncesOf(here.latchkey, ids)).toEqual(upTo(160));
      expect(await balanceOf(main.node, to)).toBe(4n * 820n);
      expect(await nonceOf(main.node, account.address)).toBe(160);
    });
  });

  it("fill a sender's queue to its limit, and not beyond", async () => {
    await onBoth(async (place) => {
      const [wallet = expect.fail("no key")] = Object.values(await fundedKeys(1));
      const queueLimit = 25;
      const here = await openHere(place, "manual", queueLimit);
      const account = await here.service("minter", wallet);
      const away = startBackend(place, { services: { minter: wallet.privateKey }, worker: "manual", queueLimit });
      const values = upTo(20).map((index) => BigInt(index + 1));
      const [theirs, mine] = await Promise.all([
        away.send("minter", freshAddress(), values),
        Promise.allSettled(values.map((value) => account.send(pay(value)))),
      ]);
      const refused = mine.flatMap((each): unknown[] => (each.status === "rejected" ? [each.reason] : []));
      for (const error of refused)
        expect(error).toMatchObject({ code: "ERR_TRANSACTION_QUEUE_FULL", context: { limit: 25 } });
      expect(refused.length + theirs.filter((each) => each === "ERR_TRANSACTION_QUEUE_FULL").length).toBe(15);
      expect((await here.latchkey.transactions.list()).transactions).toHaveLength(25);
      // There is room again when some have ended.
      here.latchkey.start();
      await untilFinal(here.latchkey, 25);
      expect((await away.send("minter", freshAddress(), [1n]))[0]).toMatch(/^[0-9a-f-]{36}$/);
    });
  });
});
