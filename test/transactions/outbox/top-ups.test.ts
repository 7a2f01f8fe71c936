import { describe, expect, it } from "vitest";
import { isLatchkeyError, type SendingAccount } from "../../../src/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { rejectedBy } from "../../chains/refused.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { anvilOfFile, balanceOf, ether, freshAddress, openScene, pay, randomWallet, until } from "./scene.ts";

const main = anvilOfFile();
const gas = { main: { from: "treasury", below: ether / 100n, upTo: ether / 50n, perAccountPerDay: ether / 20n } };

// Budget of the file: 10 s, the node's start included.
describe("ensureGas()", { timeout: 60_000 }, () => {
  it("tops up once, however many ask at once in two processes, and not what has enough", async () => {
    const directory = temporaryDirectory();
    const scenes = [await openScene(main.node, { directory, gas }), await openScene(main.node, { directory, gas })];
    const accounts: SendingAccount[] = [];
    const treasury = randomWallet();
    for (const { service, user } of scenes) {
      await service("treasury", treasury);
      accounts.push(await user("alice", 5n));
    }
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (accounts[index % 2] ?? expect.fail("no account")).ensureGas()),
    );
    expect(asked).toEqual(asked.map(() => true));
    const [scene = expect.fail("no scene")] = scenes;
    const { transactions } = await scene.latchkey.transactions.list();
    expect(transactions).toHaveLength(1);
    const [topUp] = transactions;
    await (await scene.latchkey.transactions.get(topUp?.id ?? ""))?.wait("final");
    const [account = expect.fail("no account")] = accounts;
    expect(await balanceOf(main.node, account.address)).toBe(ether / 50n);
    expect(await account.ensureGas()).toBe(false);
    // And again when it is spent.
    await main.node.setBalance(account.address, 7n);
    expect(await account.ensureGas()).toBe(true);
    await until(async () => {
      expect(await balanceOf(main.node, account.address)).toBe(ether / 50n);
    });
    expect((await scene.latchkey.transactions.list()).transactions).toHaveLength(2);
  });

  it("gives one account no more in a day than it may have", async () => {
    const { service, user, latchkey } = await openScene(main.node, { gas });
    await service("treasury");
    const account = await user("alice", 0n);
    for (const given of [1, 2]) {
      expect(await account.ensureGas()).toBe(true);
      await until(async () => {
        expect((await latchkey.transactions.list({ status: "final" })).transactions).toHaveLength(given);
      });
      await main.node.setBalance(account.address, 0n);
    }
    expect(await account.ensureGas()).toBe(false);
    // Others have a day of their own.
    expect(await (await user("bob", 0n)).ensureGas()).toBe(true);
  });

  it("does nothing where nobody pays: no policy, no such service, or the payer itself", async () => {
    const { service, user } = await openScene(main.node);
    expect(await (await user("alice", 0n)).ensureGas()).toBe(false);
    const other = await openScene(main.node, { gas });
    expect(await (await other.user("alice", 0n)).ensureGas()).toBe(false);
    const treasury = await other.service("treasury", undefined, 0n);
    expect(await treasury.ensureGas()).toBe(false);
    expect(await (await service("minter", undefined, 0n)).ensureGas()).toBe(false);
  });

  it("fails with a payer that has nothing, and is asked anew after that", async () => {
    const { service, user, latchkey } = await openScene(main.node, { gas });
    const treasury = await service("treasury", undefined, 0n);
    const account = await user("alice", 0n);
    expect(await account.ensureGas()).toBe(true);
    await until(async () => {
      const { transactions } = await latchkey.transactions.list({ status: "failed" });
      expect(transactions.map(({ error }) => error?.code)).toEqual(["ERR_CHAIN_INSUFFICIENT_FUNDS"]);
    });
    await main.node.setBalance(treasury.address, ether);
    expect(await account.ensureGas()).toBe(true);
    await until(async () => {
      expect(await balanceOf(main.node, account.address)).toBe(ether / 50n);
    });
  });
});

describe("a queue that lacks gas", { timeout: 60_000 }, () => {
  it("is given it, and goes on", async () => {
    const { service, user, latchkey } = await openScene(main.node, { gas });
    await service("treasury");
    const account = await user("alice", 1_000n);
    const to = freshAddress();
    const handles = await Promise.all([account.send(pay(300n, to)), account.send(pay(400n, to))]);
    for (const handle of handles) expect(await handle.wait("final")).toMatchObject({ status: "success" });
    expect(await balanceOf(main.node, to)).toBe(700n);
    const { transactions } = await latchkey.transactions.list();
    expect(transactions.filter(({ from }) => from !== account.address)).toHaveLength(1);
  });

  it("is not given what it wants to give away", async () => {
    const { service, user, latchkey } = await openScene(main.node, { gas });
    await service("treasury");
    const account = await user("alice", 1_000n);
    const handle = await account.send(pay(ether));
    await rejectedBy(handle.wait("final"), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    expect((await latchkey.transactions.list()).transactions).toHaveLength(1);
  });
});

describe("the option gas", () => {
  it.each<readonly [string, unknown]>([
    ["a text", "yes"],
    ["an unknown chain", { other: gas.main }],
    ["no payer", { main: { ...gas.main, from: undefined } }],
    ["a payer's bad name", { main: { ...gas.main, from: "No Name" } }],
    ["a number", { main: { ...gas.main, below: 1 } }],
    ["a negative amount", { main: { ...gas.main, perAccountPerDay: -1n } }],
    ["less than what it begins at", { main: { ...gas.main, upTo: 1n } }],
    ["no policy", { main: null }],
  ])("is refused: %s", async (_, option) => {
    const error = await thrownBy((): unknown => Reflect.apply(openScene, undefined, [main.node, { gas: option }]));
    expect(isLatchkeyError(error, "ERR_CONFIG_INVALID"), String(error)).toBe(true);
  });
});
