import { describe, expect, it } from "vitest";
import { rejectedBy } from "../../chains/refused.ts";
import { postgresUnderTest, sqliteUnderTest, type StoreUnderTest } from "../../scenarios/stores.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { anvilOfFile, balanceOf, ether, freshAddress, openScene, pay } from "./scene.ts";

const main = anvilOfFile();

// Budget of the file: 15 s, the servers' starts included.
function suite(name: string, prepare: () => StoreUnderTest): void {
  describe(`an idempotency key on ${name}`, { timeout: 60_000 }, () => {
    const under = prepare();
    const open = async (directory: string) =>
      await openScene(main.node, { directory, store: await under.storeIn(directory) });

    it("gives one transaction for any number of sends from four instances at once", async () => {
      const directory = temporaryDirectory();
      const scenes = [];
      for (let count = 0; count < 4; count += 1) scenes.push(await open(directory));
      const to = freshAddress();
      const accounts = await Promise.all(scenes.map(({ user }) => user("alice")));
      const handles = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (accounts[index % 4] ?? expect.fail("no account")).send(pay(7n, to), { idempotencyKey: "order 1" }),
        ),
      );
      expect(new Set(handles.map(({ id }) => id)).size).toBe(1);
      await Promise.all(handles.map((handle) => handle.wait("final")));
      expect(await balanceOf(main.node, to)).toBe(7n);
      const [one] = scenes;
      const { transactions } = (await one?.latchkey.transactions.list()) ?? { transactions: [] };
      expect(transactions).toHaveLength(1);
      expect(transactions[0]).toMatchObject({ idempotencyKey: "order 1", state: "final" });
    });

    it("gives it again after its end and after a restart, whatever the deadline", async () => {
      const directory = temporaryDirectory();
      const first = await open(directory);
      const account = await first.user("alice");
      const options = { idempotencyKey: "again", deadlineMs: Date.now() + 600_000 };
      const handle = await account.send(pay(1n), options);
      await handle.wait("final");
      await first.latchkey.close();
      const second = await open(directory);
      const same = await second.user("alice");
      expect((await same.send(pay(1n), { idempotencyKey: "again" })).id).toBe(handle.id);
    });

    it("is refused with another payload, account, option or subject, also within one batch; nothing is stored", async () => {
      const directory = temporaryDirectory();
      const { user, service, latchkey } = await open(directory);
      const [alice, bob] = [await user("alice"), await user("bob")];
      const minter = await service("minter");
      const key = { idempotencyKey: "key" };
      const to = freshAddress();
      await alice.send(pay(1n, to), key);
      const others = [
        () => alice.send(pay(2n, to), key),
        () => alice.send(pay(1n), key),
        () => alice.send({ data: { to, data: "0x00", value: 1n } }, key),
        () => alice.send(pay(1n, to), { ...key, feeCeiling: 10n ** 12n }),
        () => alice.send(pay(1n, to), { ...key, speed: "fast" }),
        () => bob.send(pay(1n, to), key),
        () => minter.send(pay(1n, to), key),
      ];
      for (const other of others) await rejectedBy(other(), "ERR_TRANSACTION_KEY_REUSED");
      const batch = await Promise.allSettled([
        alice.send(pay(5n, to), { idempotencyKey: "other" }),
        alice.send(pay(6n, to), { idempotencyKey: "other" }),
        alice.send(pay(5n, to), { idempotencyKey: "other" }),
        bob.send(pay(9n, to)),
      ]);
      expect(batch.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
      const { transactions } = await latchkey.transactions.list();
      expect(transactions.map(({ intent }) => intent.value).sort()).toEqual([1n, 5n, 9n]);
    });

    it("belongs to its tenant", async () => {
      const directory = temporaryDirectory();
      const to = freshAddress();
      const ids = new Set<string>();
      for (const tenant of ["one", "two"]) {
        const store = await under.storeIn(directory);
        const { user } = await openScene(main.node, { directory, store, tenant });
        const handle = await (await user("alice", ether)).send(pay(1n, to), { idempotencyKey: "key" });
        ids.add(handle.id);
        await handle.wait("final");
      }
      expect(ids.size).toBe(2);
      expect(await balanceOf(main.node, to)).toBe(2n);
    });
  });
}

suite("SQLite", () => sqliteUnderTest);
suite("PostgreSQL", postgresUnderTest);
