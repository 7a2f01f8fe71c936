import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/index.ts";
import { thrownBy } from "../harness/errors.ts";
import { rejectedBy } from "../chains/refused.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { anvilOfFile, openScene, pay } from "./outbox/scene.ts";

const main = anvilOfFile();

// Budget of the file: 6 s, the node's start included.
describe("the list of transactions", { timeout: 30_000 }, () => {
  it("comes in pages, newest first, each once, while others are sent", async () => {
    const { user, latchkey } = await openScene(main.node, { worker: "manual" });
    const [alice, bob] = [await user("alice"), await user("bob")];
    const ids: string[] = [];
    for (let count = 0; count < 25; count += 1) ids.push((await (count % 5 === 0 ? bob : alice).send(pay(1n))).id);
    for (const limit of [1, 7, 24, 25, 26, 500]) {
      const seen: string[] = [];
      let pages = 0;
      for (let cursor: string | undefined; ; pages += 1) {
        const page = await latchkey.transactions.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.transactions.length).toBeLessThanOrEqual(limit);
        seen.push(...page.transactions.map(({ id }) => id));
        // What is newer than the cursor is on no later page.
        if (limit === 7 && pages === 1) await bob.send(pay(1n));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      const before = ids.toReversed();
      expect(seen.filter((id) => before.includes(id))).toEqual(before);
      expect(new Set(seen).size).toBe(seen.length);
      expect(pages).toBe(Math.ceil(seen.length / limit) - 1);
    }
  });

  it("is of one account, one state, or both", async () => {
    const { user, latchkey } = await openScene(main.node, { worker: "manual" });
    const [alice, bob] = [await user("alice"), await user("bob")];
    const queued = await alice.send(pay(1n));
    const cancelled = await alice.send(pay(2n));
    await cancelled.cancel();
    await bob.send(pay(3n));
    const idsOf = async (options: Parameters<typeof latchkey.transactions.list>[0]) =>
      (await latchkey.transactions.list(options)).transactions.map(({ id }) => id);
    const account = { chain: "main", address: alice.address.toLowerCase() };
    expect(await idsOf({ account })).toEqual([cancelled.id, queued.id]);
    expect(await idsOf({ account, status: "cancelled" })).toEqual([cancelled.id]);
    expect(await idsOf({ status: "queued" })).toHaveLength(2);
    expect(await idsOf({ status: "final" })).toEqual([]);
    expect(await latchkey.transactions.list({ status: "final" })).toEqual({ transactions: [], nextCursor: null });
  });

  it("has nothing of another tenant: neither to look at, nor to cancel", async () => {
    const directory = temporaryDirectory();
    const shop = await openScene(main.node, { directory, tenant: "shop" });
    const bank = await openScene(main.node, { directory, tenant: "bank" });
    const account = await shop.user("alice");
    const handle = await account.send(pay(1n));
    const { hash } = await handle.wait("final");
    const waiting = await shop.latchkey.transactions.get(handle.id);
    expect(waiting?.id).toBe(handle.id);
    for (const name of [handle.id, hash]) expect(await bank.latchkey.transactions.get(name)).toBeUndefined();
    expect((await bank.latchkey.transactions.list()).transactions).toEqual([]);
    const theirs = { chain: "main", address: account.address };
    expect((await bank.latchkey.transactions.list({ account: theirs })).transactions).toEqual([]);
    // A handle that outlived its row, or was given the wrong store, does nothing.
    shop.sql("UPDATE latchkey_transactions SET tenant = 'bank', state = 'queued'");
    await rejectedBy(handle.cancel(), "ERR_TRANSACTION_NOT_FOUND");
    await rejectedBy(handle.status(), "ERR_TRANSACTION_NOT_FOUND");
    await rejectedBy(handle.wait("final"), "ERR_TRANSACTION_NOT_FOUND");
  });

  it.each<readonly [string, unknown]>([
    ["null", null],
    ["a list", []],
    ["no limit", { limit: 0 }],
    ["a limit too high", { limit: 501 }],
    ["half a limit", { limit: 1.5 }],
    ["a limit as text", { limit: "10" }],
    ["NaN", { limit: NaN }],
    ["a status that there is not", { status: "pending" }],
    ["a status of another kind", { status: 1 }],
    ["an option that there is not", { state: "final" }],
    ["a cursor that was made up", { cursor: "'; DROP TABLE latchkey_transactions" }],
    ["an account of null", { account: null }],
    ["an account that is a text", { account: "alice" }],
    ["an unknown chain", { account: { chain: "other", address: `0x${"1".repeat(40)}` } }],
    ["an address that is none", { account: { chain: "main", address: "0x1" } }],
    ["no address", { account: { chain: "main" } }],
  ])("is refused to %s", async (_, options) => {
    const { latchkey } = await openScene(main.node, { worker: "manual" });
    const { transactions } = latchkey;
    const error = await thrownBy((): unknown => Reflect.apply(transactions.list, transactions, [options]));
    expect(isLatchkeyError(error), String(error)).toBe(true);
  });
});
