import { inspect } from "node:util";
import { HDNodeWallet, isAddress } from "ethers";
import { describe, expect, it } from "vitest";
import type { WalletEvent } from "../../src/index.ts";
import { badUserIds, lookAlikes } from "../fixtures/user-ids.ts";
import { thrownBy } from "../harness/errors.ts";
import { offlineChain, oneChain, secondScheme, someTransfer, twoChains } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";
import { postgresUnderTest, sqliteUnderTest, type StoreUnderTest } from "./stores.ts";

// Budget of the file: 30 s, most of it for PostgreSQL, and for making 600 wallets to backfill on each store.
function suite(name: string, prepare: () => StoreUnderTest): void {
  describe(`login on ${name}`, { timeout: 60_000 }, () => {
    const under = prepare();
    const open = async <const Name extends string>(
      directory: string,
      chains: Parameters<typeof openTestLatchkey<Name>>[0]["chains"],
      tenant = "default",
    ) => await openTestLatchkey({ directory, chains, tenant, store: await under.storeIn(directory) });

    it("makes one wallet for any number of calls, and finds it after a restart", async () => {
      const directory = temporaryDirectory();
      const { latchkey, recorder } = await open(directory, twoChains());
      const created: WalletEvent[] = [];
      latchkey.on("wallet.created", (event) => created.push(event));
      const wallets = await Promise.all(Array.from({ length: 500 }, () => latchkey.login("user-1")));
      expect(new Set(wallets.map((wallet) => wallet.id)).size).toBe(1);
      expect(new Set(wallets.map((wallet) => wallet.accounts.main.address)).size).toBe(1);
      expect(created).toHaveLength(1);
      expect(recorder.total("latchkey_wrapping_key_calls_total")).toBe(1);
      expect(recorder.total("latchkey_logins_total", { outcome: "created" })).toBe(1);
      expect(recorder.total("latchkey_logins_total")).toBe(500);

      const [wallet] = wallets;
      expect(created[0]).toEqual({
        walletId: wallet?.id,
        userId: "user-1",
        addresses: { main: wallet?.accounts.main.address, second: wallet?.accounts.second.address },
      });
      expect(isAddress(wallet?.accounts.main.address)).toBe(true);
      expect(wallet?.accounts.main.address).not.toBe(wallet?.accounts.second.address);
      expect(wallet?.accounts.main.path).toBe("m/44'/60'/0'/0/0");
      await latchkey.close();

      const again = await open(directory, twoChains());
      expect(JSON.stringify(await again.latchkey.login("user-1"))).toBe(JSON.stringify(wallet));
      expect(again.recorder.total("latchkey_wrapping_key_calls_total")).toBe(0);
    });

    it("gives different users different wallets", async () => {
      const { latchkey } = await open(temporaryDirectory(), oneChain());
      const wallets = await Promise.all(
        Array.from({ length: 200 }, (_, index) => latchkey.login(`user-${String(index)}`)),
      );
      expect(new Set(wallets.map((wallet) => wallet.accounts.main.address)).size).toBe(200);
      expect(new Set(wallets.map((wallet) => wallet.id)).size).toBe(200);
    });

    it("keeps look-alike user ids apart, in memory and in the store", async () => {
      const directory = temporaryDirectory();
      const { latchkey } = await open(directory, oneChain());
      const wallets = await Promise.all(lookAlikes.map((userId) => latchkey.login(userId)));
      expect(new Set(wallets.map((wallet) => wallet.accounts.main.address)).size).toBe(lookAlikes.length);
      await latchkey.close();
      const again = await open(directory, oneChain());
      for (const [index, userId] of lookAlikes.entries()) {
        const wallet = await again.latchkey.wallet(userId);
        expect(wallet?.id).toBe(wallets[index]?.id);
        expect(wallet?.userId).toBe(userId);
      }
    });

    it("refuses bad user ids before anything happens", async () => {
      const { latchkey, recorder } = await open(temporaryDirectory(), oneChain());
      for (const [what, userId] of badUserIds) {
        // What a JavaScript caller can pass, past the types.
        const call = (method: "login" | "wallet") =>
          thrownBy(() => Reflect.apply(latchkey[method], latchkey, [userId]));
        expect(await call("login"), what).toMatchObject({ code: "ERR_USER_ID_INVALID" });
        expect(await call("wallet"), what).toMatchObject({ code: "ERR_USER_ID_INVALID" });
      }
      expect(recorder.total("latchkey_wrapping_key_calls_total")).toBe(0);
    });

    it("keeps tenants apart in one database", async () => {
      const directory = temporaryDirectory();
      const shop = await open(directory, oneChain(), "shop");
      const bank = await open(directory, oneChain(), "Shop");
      const [one, other] = await Promise.all([shop.latchkey.login("user"), bank.latchkey.login("user")]);
      expect(one.id).not.toBe(other.id);
      expect(await bank.latchkey.findByAddress(one.accounts.main.address)).toBeUndefined();
      expect((await shop.latchkey.findByAddress(one.accounts.main.address))?.id).toBe(one.id);
      expect(await bank.latchkey.wallet("nobody")).toBeUndefined();
    });

    it("reads without creating, and finds by address in any spelling", async () => {
      const { latchkey } = await open(temporaryDirectory(), twoChains());
      expect(await latchkey.wallet("user")).toBeUndefined();
      const wallet = await latchkey.login("user");
      await latchkey.login("another");
      for (const address of [wallet.accounts.main.address, wallet.accounts.second.address]) {
        expect((await latchkey.findByAddress(address))?.userId).toBe("user");
        expect((await latchkey.findByAddress(address.toLowerCase()))?.userId).toBe("user");
      }
      expect(await latchkey.findByAddress(HDNodeWallet.createRandom().address)).toBeUndefined();
      expect(await thrownBy(() => latchkey.findByAddress("0x123"))).toMatchObject({
        code: "ERR_CHAIN_ADDRESS_INVALID",
      });
    });

    it("gives an old user the account of a new scheme at the next login, and keeps the old one", async () => {
      const directory = temporaryDirectory();
      const before = await open(directory, oneChain());
      const old = await before.latchkey.login("user");

      const after = await open(directory, twoChains());
      const extendedEvents: WalletEvent[] = [];
      after.latchkey.on("wallet.extended", (event) => extendedEvents.push(event));
      const read = await after.latchkey.wallet("user");
      expect(() => read?.accounts.second).toThrow(expect.objectContaining({ code: "ERR_WALLET_INCOMPLETE" }));
      expect(JSON.stringify(read)).not.toContain("second");
      const wallets = await Promise.all(Array.from({ length: 50 }, () => after.latchkey.login("user")));
      expect(new Set(wallets.map((wallet) => wallet.accounts.second.address)).size).toBe(1);
      expect(wallets[0]?.accounts.main.address).toBe(old.accounts.main.address);
      expect(extendedEvents).toHaveLength(1);
      for (const account of Object.values(wallets[0]?.accounts ?? {})) await account.send(someTransfer);

      // The release before, still running, goes on.
      await (await before.latchkey.login("user")).accounts.main.send(someTransfer);
    });

    it("a chain on a known scheme needs neither the wrapping key nor a reseal", async () => {
      const directory = temporaryDirectory();
      const before = await open(directory, oneChain());
      const old = await before.latchkey.login("user");
      const { latchkey, recorder } = await open(directory, [
        offlineChain("main"),
        { ...offlineChain("side"), chainId: 2 },
      ]);
      const wallet = await latchkey.login("user");
      expect(wallet.accounts.side.address).toBe(old.accounts.main.address);
      expect(recorder.total("latchkey_wrapping_key_calls_total")).toBe(0);
    });

    it("backfills every old wallet, goes on after a stop, and leaves complete ones alone", async () => {
      const directory = temporaryDirectory();
      const before = await open(directory, oneChain());
      await Promise.all(Array.from({ length: 600 }, (_, index) => before.latchkey.login(`user-${String(index)}`)));

      const after = await open(directory, twoChains());
      const stop = new AbortController();
      const seen: number[] = [];
      const first = await after.latchkey.backfill({
        signal: stop.signal,
        onProgress: ({ total, extended }) => {
          expect(total).toBe(600);
          seen.push(extended);
          stop.abort();
        },
      });
      expect(first).toEqual({ total: 600, extended: 256, failed: 0 });
      expect(seen).toEqual([256]);
      expect(await after.latchkey.backfill()).toEqual({ total: 344, extended: 344, failed: 0 });
      expect(await after.latchkey.backfill()).toEqual({ total: 0, extended: 0, failed: 0 });
      for (const user of ["user-0", "user-599"]) {
        await (await after.latchkey.wallet(user))?.accounts.second.send(someTransfer);
      }
      expect(await thrownBy(() => after.latchkey.backfill({ concurrency: 0 }))).toMatchObject({
        code: "ERR_CONFIG_INVALID",
      });
    });

    it("two releases that add the same scheme at once agree", async () => {
      const directory = temporaryDirectory();
      const before = await open(directory, oneChain());
      const users = Array.from({ length: 40 }, (_, index) => `user-${String(index)}`);
      await Promise.all(users.map((user) => before.latchkey.login(user)));
      const [one, two] = [await open(directory, twoChains()), await open(directory, twoChains())];
      const [ofOne, ofTwo] = await Promise.all(
        [one, two].map(({ latchkey }) => Promise.all(users.map((user) => latchkey.login(user)))),
      );
      expect(ofOne?.map((wallet) => wallet.accounts.second.address)).toEqual(
        ofTwo?.map((wallet) => wallet.accounts.second.address),
      );
      for (const wallet of ofOne ?? []) await wallet.accounts.second.send(someTransfer);
    });

    it("after close refuses every call, and closing twice is fine", async () => {
      const { latchkey } = await open(temporaryDirectory(), oneChain());
      const wallet = await latchkey.login("user");
      const underWay = latchkey.login("late");
      await latchkey.close();
      await latchkey.close();
      expect((await underWay).userId).toBe("late");
      for (const call of [
        () => latchkey.login("user"),
        () => latchkey.wallet("user"),
        () => latchkey.backfill(),
        () => latchkey.findByAddress(wallet.accounts.main.address),
        () => wallet.accounts.main.send(someTransfer),
      ]) {
        expect(await thrownBy(call)).toMatchObject({ code: "ERR_CLOSED" });
      }
    });

    it("a listener that throws does no harm", async () => {
      const { latchkey, recorder } = await open(temporaryDirectory(), oneChain());
      const off = latchkey.on("wallet.created", () => {
        throw new Error("listener");
      });
      await latchkey.login("user");
      expect(recorder.lines.filter((line) => line.level === "error")).toHaveLength(1);
      off();
      await latchkey.login("another");
      expect(recorder.lines.filter((line) => line.level === "error")).toHaveLength(1);
    });
  });
}

suite("SQLite", () => sqliteUnderTest);
suite("PostgreSQL", postgresUnderTest);

describe("openLatchkey", () => {
  it("refuses chains that cannot be configured together", async () => {
    const directory = temporaryDirectory();
    const moved = { ...secondScheme, id: "evm" };
    const withNames = (...names: string[]) => names.map((name) => offlineChain(name));
    for (const chains of [
      [],
      withNames("main", "main"),
      withNames("main", "side"),
      withNames("Main"),
      withNames(""),
      withNames("toString()"),
      [offlineChain("main"), offlineChain("second", moved)],
      [offlineChain("main", { ...secondScheme, path: "m/44'/60" + "'/x" })],
      [offlineChain("main", { ...secondScheme, id: "Not Fit" })],
    ]) {
      expect(await thrownBy(() => openTestLatchkey({ directory, chains }))).toMatchObject({
        code: "ERR_CONFIG_INVALID",
      });
    }
    expect(await thrownBy(() => openTestLatchkey({ directory, chains: oneChain(), tenant: "" }))).toMatchObject({
      code: "ERR_USER_ID_INVALID",
    });
  });

  it("refuses to change the path of a scheme that wallets were made with", async () => {
    const directory = temporaryDirectory();
    const before = await openTestLatchkey({ directory, chains: oneChain() });
    await before.latchkey.login("user");
    const moved = await openTestLatchkey({ directory, chains: [offlineChain("main", { ...secondScheme, id: "evm" })] });
    expect(await thrownBy(() => moved.latchkey.login("user"))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
  });

  it("shows wallets and accounts without secrets, in JSON and inspect", async () => {
    const { latchkey } = await openTestLatchkey({ directory: temporaryDirectory(), chains: oneChain() });
    const wallet = await latchkey.login("user");
    expect(JSON.parse(JSON.stringify(wallet))).toEqual({
      id: wallet.id,
      userId: "user",
      createdAt: wallet.createdAt.toISOString(),
      accounts: { main: { chain: "main", address: wallet.accounts.main.address, path: "m/44'/60'/0'/0/0" } },
    });
    expect(inspect(wallet)).toContain(wallet.accounts.main.address);
  });
});
