import { describe, expect, it } from "vitest";
import { rejectedBy } from "../../chains/refused.ts";
import { anvilOfFile, balanceOf, ether, freshAddress, nonceOf, openScene, patient, pay, until } from "./scene.ts";

const main = anvilOfFile();

// Budget of the file: 10 s, the node's start included.
describe("an account without the money", { timeout: 60_000 }, () => {
  it("fails at once where nothing is under way that could bring some, and goes on with what it can", async () => {
    const { user, recorder } = await openScene(main.node);
    const account = await user("alice");
    const before = recorder.total("latchkey_signatures_total");
    const tooMuch = await account.send(pay(2n * ether));
    const error = await rejectedBy(tooMuch.wait("final"), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    expect(error.message).toContain("Nothing was signed");
    expect(await tooMuch.status()).toMatchObject({ state: "failed", attempts: [] });
    expect(recorder.total("latchkey_signatures_total")).toBe(before);
    expect(await (await account.send(pay(1n))).wait("final")).toMatchObject({ status: "success" });
    expect(await nonceOf(main.node, account.address)).toBe(1);
  });

  it("waits while something is in flight, and has its turn when money came", async () => {
    const { user } = await openScene(main.node, { profile: patient });
    const account = await user("alice");
    const to = freshAddress();
    await main.node.request("evm_setAutomine", false);
    try {
      const first = await account.send(pay(ether / 2n, to));
      await first.wait("broadcast");
      const second = await account.send(pay((ether * 3n) / 4n, to));
      await until(async () => {
        expect(await second.status()).toMatchObject({
          state: "queued",
          error: { code: "ERR_CHAIN_INSUFFICIENT_FUNDS" },
          attempts: [],
        });
      });
      await main.node.setBalance(account.address, 10n * ether);
      await second.wait("broadcast");
      await main.node.request("evm_mine");
      expect(await second.wait("final")).toMatchObject({ status: "success" });
      expect(await first.wait("final")).toMatchObject({ status: "success" });
      expect(await second.status()).toMatchObject({ state: "final", error: null, nonce: 1 });
      expect(await balanceOf(main.node, to)).toBe((ether * 5n) / 4n);
    } finally {
      await main.node.request("evm_setAutomine", true);
    }
  });

  it("fails when what was in flight is mined and leaves too little", async () => {
    const { user } = await openScene(main.node, { profile: patient });
    const account = await user("alice");
    await main.node.request("evm_setAutomine", false);
    try {
      const first = await account.send(pay(ether / 2n));
      await first.wait("broadcast");
      const second = await account.send(pay((ether * 3n) / 4n));
      await until(async () => {
        expect((await second.status()).error?.code).toBe("ERR_CHAIN_INSUFFICIENT_FUNDS");
      });
      await main.node.request("evm_mine");
      await first.wait("final");
      await rejectedBy(second.wait("final"), "ERR_CHAIN_INSUFFICIENT_FUNDS");
      expect(await nonceOf(main.node, account.address)).toBe(1);
    } finally {
      await main.node.request("evm_setAutomine", true);
    }
  });

  it("is counted with values and fees of what goes out beside it", async () => {
    const { user } = await openScene(main.node, { profile: patient });
    const account = await user("alice");
    const { perGas } = await account.adapter.suggestFee();
    // For one fee at what is offered, and not for two.
    await main.node.setBalance(account.address, (21_000n * perGas * 3n) / 2n);
    await main.node.request("evm_setAutomine", false);
    try {
      const both = await Promise.all([account.send(pay(1n)), account.send(pay(2n))]);
      await both[0].wait("broadcast");
      await until(async () => {
        expect((await both[1].status()).error?.code).toBe("ERR_CHAIN_INSUFFICIENT_FUNDS");
      });
      expect((await both[1].status()).attempts).toEqual([]);
    } finally {
      await main.node.request("evm_setAutomine", true);
      await main.node.request("evm_mine");
    }
  });
});
