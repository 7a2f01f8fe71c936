import { describe, expect, it } from "vitest";
import type { StoreAdapter } from "../../src/store/database.ts";
import { oneChain, someTransfer, twoChains } from "../harness/offline-chain.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { openTestLatchkey } from "../harness/test-latchkey.ts";
import { postgresUnderTest, sqliteUnderTest, type StoreUnderTest } from "../scenarios/stores.ts";
import { watchStore } from "./watched-store.ts";

function suite(name: string, prepare: () => StoreUnderTest): void {
  describe(`on ${name}`, { timeout: 20_000 }, () => {
    const under = prepare();

    /** A user of two accounts whom another process logged in, and what `act` costs this one. */
    async function costOf(act: (latchkey: Awaited<ReturnType<typeof open>>) => Promise<unknown>) {
      const directory = temporaryDirectory();
      const adapter = await under.storeIn(directory);
      const before = await open(directory, adapter);
      await before.login("user");
      await before.close();
      const watched = watchStore(adapter);
      const { latchkey, recorder } = await openTestLatchkey({
        directory,
        chains: twoChains(),
        store: watched.adapter,
        // What is counted is what a call costs, not what is done about it later.
        worker: "manual",
      });
      const [statements, transactions] = [watched.statements().length, watched.transactions()];
      await act(latchkey);
      return {
        statements: watched.statements().slice(statements),
        transactions: watched.transactions() - transactions,
        wrappingKeyCalls: recorder.total("latchkey_wrapping_key_calls_total"),
      };
    }

    async function open(directory: string, store: StoreAdapter) {
      return (await openTestLatchkey({ directory, chains: twoChains(), store })).latchkey;
    }

    it("the login of a user who has a wallet is one query, no transaction and no wrapping key", async () => {
      const cost = await costOf((latchkey) => latchkey.login("user"));
      expect(cost).toMatchObject({ statements: [{}], transactions: 0, wrappingKeyCalls: 0 });
      expect(cost.statements[0]?.sql).toMatch(/^select .* from "latchkey_wallets"/);
      // Both accounts come with it.
      expect(cost.statements[0]?.answer).toMatchObject({ rows: [{}, {}] });
    });

    it("1,000 of them at once are one query", async () => {
      const cost = await costOf((latchkey) => Promise.all(Array.from({ length: 1000 }, () => latchkey.login("user"))));
      expect(cost).toMatchObject({ statements: [{}], transactions: 0, wrappingKeyCalls: 0 });
    });

    it("so is a look-up without login, and that of somebody unknown", async () => {
      for (const userId of ["user", "nobody"]) {
        const cost = await costOf((latchkey) => latchkey.wallet(userId));
        expect(cost).toMatchObject({ statements: [{}], transactions: 0, wrappingKeyCalls: 0 });
      }
    });

    it("a send after login is one transaction, and opens no envelope; its branch key is asked for once", async () => {
      const cost = await costOf(async (latchkey) => {
        const { main: account } = (await latchkey.login("user")).accounts;
        for (let send = 0; send < 3; send += 1) await account.send(someTransfer);
      });
      const tables = cost.statements.map(({ sql }) => /from "(latchkey_\w+)"/.exec(sql)?.[1]);
      expect(tables.filter((table) => table === "latchkey_wallets")).toHaveLength(1);
      expect(tables.filter((table) => table === "latchkey_branch_keys")).toHaveLength(2);
      // A sender that is new takes two more.
      expect(cost.statements).toHaveLength(3 + 6 + 4 + 4);
      expect(cost).toMatchObject({ transactions: 3, wrappingKeyCalls: 1 });
    });

    it("sends at the same time share a transaction", async () => {
      const cost = await costOf(async (latchkey) => {
        const { main: account } = (await latchkey.login("user")).accounts;
        await Promise.all(Array.from({ length: 50 }, () => account.send(someTransfer)));
      });
      expect(cost).toMatchObject({ transactions: 1, wrappingKeyCalls: 1 });
      expect(cost.statements.length).toBeLessThan(12);
    });

    it("a first login is one transaction beside what its branch key takes", async () => {
      const directory = temporaryDirectory();
      const watched = watchStore(await under.storeIn(directory));
      const { latchkey } = await openTestLatchkey({ directory, chains: oneChain(), store: watched.adapter });
      await latchkey.login("first");
      const before = watched.transactions();
      await latchkey.login("second");
      expect(watched.transactions() - before).toBe(1);
    });
  });
}

// Budget of the file: 15 s, most of it for PostgreSQL to start.
describe("what calls cost", () => {
  suite("SQLite", () => sqliteUnderTest);
  suite("PostgreSQL", postgresUnderTest);
});
