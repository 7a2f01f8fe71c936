import { describe, expect, it } from "vitest";
import { rejectedBy } from "../../chains/refused.ts";
import { anvilOfFile, balanceOf, freshAddress, nonceOf, openScene, patient, pay, until } from "./scene.ts";

const main = anvilOfFile();

/** Runs `work` while the node mines nothing by itself. */
async function withoutMining(work: () => Promise<void>): Promise<void> {
  await main.node.request("evm_setAutomine", false);
  try {
    await work();
  } finally {
    await main.node.request("evm_setAutomine", true);
    await main.node.request("evm_mine");
  }
}

// Budget of the file: 8 s, the node's start included.
describe("cancel()", { timeout: 60_000 }, () => {
  it("of what is queued ends it at once, without a signature, also from another process, and again", async () => {
    const { service, latchkey, recorder } = await openScene(main.node, { worker: "manual" });
    const account = await service("minter");
    const handle = await account.send(pay(1n));
    const next = await account.send(pay(2n));
    await (await latchkey.transactions.get(handle.id))?.cancel();
    expect(await handle.status()).toMatchObject({ state: "cancelled", attempts: [], isCancelRequested: true });
    await handle.cancel();
    await rejectedBy(handle.wait("mined"), "ERR_TRANSACTION_CANCELLED");
    latchkey.start();
    await next.wait("final");
    expect((await next.status()).nonce).toBe(0);
    expect(recorder.total("latchkey_transactions_sent_total")).toBe(1);
    await rejectedBy(handle.wait("broadcast"), "ERR_TRANSACTION_CANCELLED");
  });

  it("of what is pending puts nothing in its place, and those behind go on", async () => {
    const { user } = await openScene(main.node, { profile: patient });
    const account = await user("alice");
    const to = freshAddress();
    await withoutMining(async () => {
      const handle = await account.send(pay(5n, to));
      const behind = await account.send(pay(7n, to));
      const { hash, nonce } = await handle.wait("broadcast");
      await behind.wait("broadcast");
      await handle.cancel();
      await until(async () => {
        const { attempts } = await handle.status();
        expect(attempts.map(({ purpose, acceptedAt }) => [purpose, acceptedAt !== null])).toEqual([
          ["send", true],
          ["cancel", true],
        ]);
      });
      expect(await handle.status()).toMatchObject({ state: "broadcast", isCancelRequested: true, hash });
      await main.node.request("evm_mine");
      await rejectedBy(handle.wait("final"), "ERR_TRANSACTION_CANCELLED");
      const status = await handle.status();
      expect(status).toMatchObject({ state: "cancelled", error: null });
      expect(new Set(status.attempts.map((attempt) => attempt.nonce))).toEqual(new Set([nonce]));
      expect(await behind.wait("final")).toMatchObject({ status: "success" });
      expect(await balanceOf(main.node, to)).toBe(7n);
      expect(await nonceOf(main.node, account.address)).toBe(nonce + 2);
    });
  });

  it("that loses the race leaves the transaction as it was mined", async () => {
    const { user, sql } = await openScene(main.node, { profile: patient });
    const account = await user("alice");
    const to = freshAddress();
    await withoutMining(async () => {
      const handle = await account.send(pay(5n, to));
      await handle.wait("broadcast");
      await handle.cancel();
      const cancel = await until(async () => {
        const attempt = (await handle.status()).attempts[1];
        expect(attempt?.acceptedAt).toBeInstanceOf(Date);
        return attempt ?? expect.fail("no attempt");
      });
      // The pool that counts never had it.
      await main.node.request("anvil_dropTransaction", cancel.hash);
      await main.node.request(
        "eth_sendRawTransaction",
        String(sql("SELECT raw FROM latchkey_attempts WHERE number = 1")[0]?.["raw"]),
      );
      await main.node.request("evm_mine");
      const receipt = await handle.wait("final");
      const status = await handle.status();
      expect(status).toMatchObject({ state: "final", hash: status.attempts[0]?.hash, receipt: { status: "success" } });
      expect(receipt.hash).toBe(status.attempts[0]?.hash);
      expect(await balanceOf(main.node, to)).toBe(5n);
    });
  });

  it("of what has ended is refused, and changes nothing", async () => {
    const { user } = await openScene(main.node);
    const account = await user("alice");
    const handle = await account.send(pay(1n));
    await handle.wait("final");
    const before = await handle.status();
    const error = await rejectedBy(handle.cancel(), "ERR_TRANSACTION_NOT_CANCELLABLE");
    expect(error.context).toEqual({ id: handle.id, state: "final" });
    expect(await handle.status()).toEqual(before);
    const failed = await account.send(pay(10n ** 20n));
    await rejectedBy(failed.wait("final"), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    await rejectedBy(failed.cancel(), "ERR_TRANSACTION_NOT_CANCELLABLE");
  });

  it("of a mined one that can still leave the chain is refused", async () => {
    const { user } = await openScene(main.node, { profile: { ...patient, finality: { kind: "depth", blocks: 5 } } });
    const account = await user("alice");
    const handle = await account.send(pay(1n));
    await handle.wait("mined");
    await rejectedBy(handle.cancel(), "ERR_TRANSACTION_NOT_CANCELLABLE");
    await main.node.request("anvil_mine", "0x6");
    expect(await handle.wait("final")).toMatchObject({ status: "success" });
  });
});
