import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command } from "../../src/cli/command.ts";
import { styleFor } from "../../src/terminal/terminal.ts";
import type { StoreAdapter, WalletEvent, WalletId } from "../../src/index.ts";
import { silentLogger } from "../../src/telemetry/silent.ts";
import type { WalletTables } from "../../src/wallets/schema.ts";
import { offlineChain, oneChain, secondScheme, someTransfer, twoChains } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";
import { postgresUnderTest, sqliteUnderTest, type StoreUnderTest } from "../scenarios/stores.ts";

/** What a restore that went wrong leaves, or somebody who may write to the database. */
async function loseAccounts(store: StoreAdapter, walletId: WalletId, scheme: string): Promise<void> {
  const database = await store.open(silentLogger);
  try {
    await database.transaction(async (tx) => {
      const { numDeletedRows } = await tx
        .$extendTables<WalletTables>()
        .deleteFrom("latchkey_accounts")
        .where("wallet_id", "=", walletId)
        .where("scheme", "like", scheme)
        .executeTakeFirstOrThrow();
      expect(numDeletedRows).toBeGreaterThan(0n);
    });
  } finally {
    await database.close();
  }
}

function suite(name: string, prepare: () => StoreUnderTest): void {
  describe(`a wallet whose account rows are gone, on ${name}`, { timeout: 20_000 }, () => {
    const under = prepare();

    async function scene(chains = twoChains()) {
      const directory = temporaryDirectory();
      const store = await under.storeIn(directory);
      const { latchkey } = await openTestLatchkey({ directory, chains, store });
      return { directory, store, latchkey, wallet: await latchkey.login("user") };
    }

    it.each([
      ["both", "%"],
      ["the first", "evm"],
      ["the second", "evm-second"],
    ])("is found, and has the same accounts again after a login: %s", async (_what, scheme) => {
      const { store, latchkey, wallet } = await scene();
      await loseAccounts(store, wallet.id, scheme);

      const read = await latchkey.wallet("user");
      expect(read?.id).toBe(wallet.id);
      const lost = scheme === "evm-second" ? "second" : "main";
      expect(() => read?.accounts[lost]).toThrow(expect.objectContaining({ code: "ERR_WALLET_INCOMPLETE" }));
      expect(await latchkey.findByAddress(wallet.accounts[lost].address)).toBeUndefined();

      const told: WalletEvent[] = [];
      latchkey.on("wallet.created", (event) => told.push(event));
      latchkey.on("wallet.extended", (event) => told.push(event));
      const again = await latchkey.login("user");
      expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(wallet)));
      expect(told.map(({ walletId }) => walletId)).toEqual([wallet.id]);
      for (const account of Object.values(again.accounts)) await account.send(someTransfer);
      expect((await latchkey.findByAddress(wallet.accounts[lost].address))?.userId).toBe("user");
    });

    it("is given them by a backfill too, with those of a chain that is new", async () => {
      const directory = temporaryDirectory();
      const store = await under.storeIn(directory);
      const before = await openTestLatchkey({ directory, chains: oneChain(), store });
      const wallets = [await before.latchkey.login("one"), await before.latchkey.login("two")];
      for (const { id } of wallets) await loseAccounts(store, id, "%");
      const chains = [offlineChain("main"), offlineChain("second", secondScheme)];
      const { latchkey } = await openTestLatchkey({ directory, chains, store });
      expect(await latchkey.backfill()).toEqual({ total: 2, extended: 2, failed: 0 });
      for (const { userId, accounts } of wallets) {
        const now = await latchkey.wallet(userId);
        expect(now?.accounts.main.address).toBe(accounts.main.address);
        await now?.accounts.second.send(someTransfer);
      }
    });
  });
}

// Budget of the file: 10 s, most of it for PostgreSQL to start.
suite("SQLite", () => sqliteUnderTest);
suite("PostgreSQL", postgresUnderTest);

it("latchkey wallets show shows a wallet without accounts", async () => {
  const directory = temporaryDirectory();
  const store = await sqliteUnderTest.storeIn(directory);
  const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), store });
  const wallet = await latchkey.login("user");
  await latchkey.close();
  await loseAccounts(store, wallet.id, "%");
  for (const json of [[], ["--json"]]) {
    const out: string[] = [];
    const show = (text: string): unknown => out.push(text);
    const terminal = { out: show, err: show, style: styleFor(process.stdout) };
    const argv = ["wallets", "show", "user", "--database", join(directory, "wallets.db"), ...json];
    expect(await command(argv, {}, terminal)).toBe(0);
    expect(out.join("\n")).toContain(wallet.id);
    if (json.length > 0) expect(JSON.parse(out.join(""))).toMatchObject({ walletId: wallet.id, accounts: [] });
  }
});
