import { describe, expect, it } from "vitest";
import type { Wallet } from "ethers";
import type { TransactionEvent } from "../../../src/index.ts";
import {
  anvilOfFile,
  balanceOf,
  freshAddress,
  nonceOf,
  openScene,
  pay,
  person,
  quick,
  randomWallet,
  until,
} from "./scene.ts";

const main = anvilOfFile(["--no-mining"]);
const mine = (blocks = 1) => main.node.request("anvil_mine", `0x${blocks.toString(16)}`);
const deep = { ...quick, stuckAfterMs: 3_600_000, finality: { kind: "depth", blocks: 3 } } as const;

/** A transaction of the same key that Latchkey knows nothing of. */
async function outside(wallet: Wallet, nonce: number, to = person, gwei = 100n): Promise<string> {
  const raw = await wallet.signTransaction({
    type: 2,
    chainId: main.node.chainId,
    nonce,
    to,
    value: 1n,
    gasLimit: 21_000n,
    maxFeePerGas: gwei * 10n ** 9n,
    maxPriorityFeePerGas: gwei * 10n ** 9n,
  });
  return String(await main.node.request("eth_sendRawTransaction", raw));
}

// Budget of the file: 12 s, the node's start included.
describe("what a chain does to a transaction", { timeout: 60_000 }, () => {
  it("a reorganisation takes it out of its block: it is pending with the same bytes, and mined again", async () => {
    const { user, latchkey, recorder } = await openScene(main.node, { profile: deep });
    const events: TransactionEvent[] = [];
    for (const name of ["transaction.mined", "transaction.final", "transaction.failed"] as const)
      latchkey.on(name, (event) => events.push(event));
    const account = await user("alice");
    const to = freshAddress();
    const handle = await account.send(pay(5n, to));
    const { hash } = await handle.wait("broadcast");
    await mine();
    const first = await handle.wait("mined");
    await main.node.request("anvil_reorg", 1, []);
    await main.node.setBalance(account.address, 10n ** 18n);
    await until(async () => {
      expect(await handle.status()).toMatchObject({ state: "broadcast", receipt: null, hash });
    });
    expect(recorder.total("latchkey_transactions_ended_total", { outcome: "reorganised" })).toBe(1);
    await until(async () => {
      await mine();
      expect((await handle.status()).state).not.toBe("broadcast");
    });
    const again = await handle.wait("mined");
    expect(again.hash).toBe(hash);
    expect(again.blockHash).not.toBe(first.blockHash);
    await mine(4);
    expect(await handle.wait("final")).toEqual(again);
    expect((await handle.status()).attempts).toHaveLength(1);
    expect(await balanceOf(main.node, to)).toBe(5n);
    await until(() => {
      expect(events.map(({ name }) => name)).toEqual(["transaction.mined", "transaction.mined", "transaction.final"]);
    });
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    expect(events.map(({ transaction }) => [transaction["id"], transaction["hash"], transaction["state"]])).toEqual([
      [handle.id, hash, "mined"],
      [handle.id, hash, "mined"],
      [handle.id, hash, "final"],
    ]);
  });

  it("a pool drops it without a word: the same bytes are sent again", async () => {
    const { user } = await openScene(main.node, { profile: deep });
    const account = await user("alice");
    const handle = await account.send(pay(5n));
    const { hash } = await handle.wait("broadcast");
    await main.node.request("anvil_dropTransaction", hash);
    await until(async () => {
      expect(await main.node.request("eth_getTransactionByHash", hash)).not.toBeNull();
    });
    await mine();
    expect(await handle.wait("mined")).toMatchObject({ hash });
    expect((await handle.status()).attempts).toHaveLength(1);
    await mine(4);
    await handle.wait("final");
  });

  it("somebody else uses its nonce: nothing is concluded before that block stays, and then it is paid once, under the next nonce", async () => {
    const { service, recorder } = await openScene(main.node, { profile: deep });
    const wallet = randomWallet();
    const account = await service("minter", wallet);
    const to = freshAddress();
    const handle = await account.send(pay(5n, to));
    const behind = await account.send(pay(7n, to));
    const { hash } = await handle.wait("broadcast");
    await behind.wait("broadcast");
    await outside(wallet, 0);
    // The one behind stays in the pool, and is mined in the same block or the next.
    await mine();
    await behind.wait("mined");
    expect(await handle.status()).toMatchObject({ state: "broadcast", hash });
    await mine(3);
    await until(async () => {
      const { attempts } = await handle.status();
      expect(attempts.map(({ nonce }) => nonce)).toEqual([0, 2]);
    });
    await until(async () => {
      await mine();
      expect((await handle.status()).state).toBe("final");
    });
    expect(await behind.wait("final")).toMatchObject({ status: "success" });
    expect(await balanceOf(main.node, to)).toBe(12n);
    expect(await nonceOf(main.node, account.address)).toBe(3);
    expect(recorder.total("latchkey_transactions_ended_total", { outcome: "displaced" })).toBe(1);
    expect((await handle.status()).nonce).toBe(2);
  });

  it("somebody else is ahead already: the next nonce is above theirs", async () => {
    const { service } = await openScene(main.node, { profile: deep });
    const wallet = randomWallet();
    const account = await service("minter", wallet);
    for (const nonce of [0, 1, 2]) await outside(wallet, nonce);
    const handle = await account.send(pay(5n));
    expect((await handle.wait("broadcast")).nonce).toBe(3);
    await mine();
    await handle.wait("mined");
    // And again, behind the back of the books.
    for (const nonce of [4, 5]) await outside(wallet, nonce);
    await mine();
    const next = await account.send(pay(5n));
    await until(async () => {
      await mine();
      expect((await next.status()).state).toBe("final");
    });
    expect((await next.status()).nonce).toBe(6);
  });

  it("a pool drops somebody else's that it waits behind: the gap is filled with nothing", async () => {
    const { service, recorder, latchkey } = await openScene(main.node, { profile: deep });
    const wallet = randomWallet();
    const account = await service("minter", wallet);
    const foreign = await outside(wallet, 0, person, 3n);
    const to = freshAddress();
    const handle = await account.send(pay(5n, to));
    expect((await handle.wait("broadcast")).nonce).toBe(1);
    await main.node.request("anvil_dropTransaction", foreign);
    await until(async () => {
      await mine();
      expect((await handle.status()).state).toBe("final");
    });
    expect(recorder.total("latchkey_nonce_gaps_filled_total")).toBe(1);
    expect(await balanceOf(main.node, to)).toBe(5n);
    expect(await nonceOf(main.node, account.address)).toBe(2);
    const { transactions } = await latchkey.transactions.list();
    const filler = transactions.find(({ id }) => id !== handle.id);
    expect(filler).toMatchObject({ intent: { kind: "cancel", to: account.address, value: 0n }, nonce: 0 });
    await until(async () => {
      await mine();
      const status = await (await latchkey.transactions.get(filler?.id ?? ""))?.status();
      expect(status?.state).toBe("final");
    });
  });
});
