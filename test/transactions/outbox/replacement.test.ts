import { describe, expect, it } from "vitest";
import type { TransactionHandle } from "../../../src/index.ts";
import { anvilOfFile, balanceOf, freshAddress, nonceOf, openScene, pay, quick, until } from "./scene.ts";

const main = anvilOfFile(["--no-mining"]);
const stuck = { ...quick, rebroadcastMs: 3_600_000 };

/** Raises what a block asks for, in a block that has room for nothing that offers less. */
async function raiseBaseFee(perGas: bigint): Promise<void> {
  await main.node.request("anvil_setNextBlockBaseFeePerGas", `0x${perGas.toString(16)}`);
  await main.node.request("evm_mine");
}

async function baseFee(): Promise<bigint> {
  await main.node.request("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
  await main.node.request("evm_mine");
  return 10n ** 9n;
}

async function acceptedAttempts(handle: TransactionHandle, count: number) {
  return await until(async () => {
    const { attempts } = await handle.status();
    expect(attempts.filter(({ acceptedAt }) => acceptedAt !== null).length).toBeGreaterThanOrEqual(count);
    return attempts;
  });
}

// Budget of the file: 10 s, the node's start included.
describe("a transaction that is stuck", { timeout: 60_000 }, () => {
  it("is offered more for, by at least what nodes ask, until it is mined; which attempt it was is told", async () => {
    const { user, recorder } = await openScene(main.node, { profile: stuck });
    const account = await user("alice");
    const to = freshAddress();
    const base = await baseFee();
    const handle = await account.send(pay(3n, to));
    const behind = await account.send(pay(4n, to));
    await handle.wait("broadcast");
    await behind.wait("broadcast");
    await raiseBaseFee(base * 10n);
    const attempts = await acceptedAttempts(handle, 2);
    for (const [index, { maxFeePerGas, maxPriorityFeePerGas, nonce }] of attempts.entries()) {
      const before = attempts[index - 1];
      if (before === undefined) continue;
      expect(nonce).toBe(before.nonce);
      expect(maxFeePerGas * 100n).toBeGreaterThanOrEqual(before.maxFeePerGas * 110n);
      expect(maxPriorityFeePerGas * 100n).toBeGreaterThanOrEqual(before.maxPriorityFeePerGas * 110n);
    }
    await main.node.request("evm_mine");
    const receipt = await handle.wait("final");
    const status = await handle.status();
    expect(status.attempts.map(({ hash }) => hash)).toContain(receipt.hash);
    expect(receipt.hash).not.toBe(status.attempts[0]?.hash);
    expect(status).toMatchObject({ hash: receipt.hash, state: "final" });
    expect(recorder.total("latchkey_transactions_replaced_total", { operation: "send" })).toBeGreaterThanOrEqual(1);
    // The one behind has its turn, at a price of today.
    await until(async () => {
      await main.node.request("evm_mine");
      expect((await behind.status()).state).toBe("final");
    });
    expect(await balanceOf(main.node, to)).toBe(7n);
    expect(await nonceOf(main.node, account.address)).toBe(2);
  });

  it("may be mined by its first attempt although there are others", async () => {
    const { user, sql } = await openScene(main.node, { profile: stuck });
    const account = await user("alice");
    const base = await baseFee();
    const handle = await account.send(pay(3n));
    await handle.wait("broadcast");
    await raiseBaseFee(base * 10n);
    const attempts = await acceptedAttempts(handle, 2);
    for (const { hash } of attempts.slice(1)) await main.node.request("anvil_dropTransaction", hash);
    await main.node.request("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
    const [first] = sql("SELECT raw FROM latchkey_attempts WHERE number = 1");
    await main.node.request("eth_sendRawTransaction", String(first?.["raw"]));
    await main.node.request("evm_mine");
    const receipt = await handle.wait("final");
    expect(receipt.hash).toBe(attempts[0]?.hash);
    expect(await handle.status()).toMatchObject({ hash: receipt.hash, state: "final" });
    expect((await handle.wait("broadcast")).hash).toBe(receipt.hash);
  });

  it("is sent again where it offers what is asked for, and offered more for if that does not help", async () => {
    const { user, recorder } = await openScene(main.node, { profile: stuck });
    const account = await user("alice");
    await baseFee();
    const handle = await account.send(pay(3n));
    await handle.wait("broadcast");
    await until(async () => {
      const { attempts } = await handle.status();
      expect(attempts.length).toBeGreaterThanOrEqual(2);
      // The same bytes once more before that.
      expect(recorder.total("latchkey_transactions_sent_total")).toBeGreaterThan(attempts.length);
    });
    await until(async () => {
      await main.node.request("evm_mine");
      expect((await handle.status()).state).toBe("final");
    });
    expect(await nonceOf(main.node, account.address)).toBe(1);
  });

  it("is never offered more for than its ceiling, and says so", async () => {
    const { user } = await openScene(main.node, { profile: quick });
    const account = await user("alice");
    const base = await baseFee();
    const { perGas } = await account.adapter.suggestFee();
    const feeCeiling = perGas + perGas / 4n;
    const handle = await account.send(pay(3n), { feeCeiling });
    await handle.wait("broadcast");
    await raiseBaseFee(base * 10n);
    await until(async () => {
      const status = await handle.status();
      expect(status.error?.code).toBe("ERR_CHAIN_FEE_TOO_HIGH");
      expect(status.state).toBe("broadcast");
    });
    const { attempts } = await handle.status();
    for (const { maxFeePerGas } of attempts) expect(maxFeePerGas).toBeLessThanOrEqual(feeCeiling);
    await until(async () => {
      await baseFee();
      expect((await handle.status()).state).toBe("final");
    });
    expect(await handle.status()).toMatchObject({ error: null, receipt: { status: "success" } });
  });

  it("is not begun while its ceiling is far below the price", async () => {
    const { user } = await openScene(main.node, { profile: stuck });
    const account = await user("alice");
    await baseFee();
    const handle = await account.send(pay(3n), { feeCeiling: 5n });
    await until(async () => {
      expect(await handle.status()).toMatchObject({
        state: "queued",
        error: { code: "ERR_CHAIN_FEE_TOO_HIGH" },
        attempts: [],
      });
    });
    await handle.cancel();
    expect((await handle.status()).state).toBe("cancelled");
  });
});
