import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BroadcastOutcome, FeeOffer, SignedTransaction } from "../../../src/ports/chain-adapter.ts";
import { reject } from "../evm/anvil-account.ts";
import { type Actor, type Play, playOn, type RealNode } from "./real-node.ts";
import { kaiaCoin, person } from "./scene.ts";
import { bytes } from "./written.ts";

/** What the sender asks and does between a send and its end, on a node. */
export function outboxCases(start: () => Promise<RealNode>): void {
  let play: Play;
  beforeAll(async () => {
    play = playOn(await start());
  });
  afterAll(() => play.stop());

  const kinds = (outcomes: readonly BroadcastOutcome[]): readonly string[] =>
    outcomes.map((each) => (each.kind === "refused" ? each.reason : each.kind));

  describe("an account", () => {
    it("shows its balance and how many it has sent, in blocks and in all", async () => {
      const sender = await play.account();
      const fresh = { nonce: 0, pendingNonce: 0, balance: kaiaCoin, isDelegated: false };
      expect(await play.chain.accountState(sender.address)).toEqual(fresh);
      const { fee, blockNumber, hash } = await play.mine({ transfer: { to: person, value: 5n } }, sender);
      const balance = kaiaCoin - fee - 5n;
      expect(await play.chain.accountState(sender.address)).toEqual({ ...fresh, nonce: 1, pendingNonce: 1, balance });
      const { address: other } = await play.account(0n);
      expect(await play.chain.nonces([other, sender.address])).toEqual([0, 1]);
      expect(await play.chain.nonces([sender.address], blockNumber)).toEqual([1]);
      expect(await play.chain.nonces([sender.address], blockNumber - 1n)).toEqual([0]);
      expect(await play.chain.sentIn(blockNumber, sender.address)).toEqual([{ hash, nonce: 0 }]);
      expect(await play.chain.sentIn(blockNumber, other)).toEqual([]);
    });
  });

  describe("the head", () => {
    it("is final, and known by its hash; beyond it there is nothing", async () => {
      const { blockNumber, blockHash } = await play.mine({ transfer: { to: person, value: 1n } }, await play.account());
      const { number, hash, finalized } = await play.chain.head();
      expect([number >= blockNumber, finalized]).toEqual([true, number]);
      expect(await play.chain.blockHash(number)).toBe(hash);
      expect(await play.chain.blockHash(blockNumber)).toBe(blockHash);
      expect(await play.chain.blockHash(number + 10_000n)).toBeUndefined();
    });
  });

  describe("several transactions", () => {
    it("go out in one request, of every form, and each has its receipt", async () => {
      const [sender, payer] = [await play.account(), await play.account()];
      const forms = [{}, { format: "kaia" }, { feePayer: payer }, { feePayer: payer, feeRatio: 30 }] as const;
      const all: SignedTransaction[] = [];
      for (const [nonce, options] of forms.entries())
        all.push(await play.sign({ transfer: { to: person, value: 1n } }, sender, { ...options, nonce }));
      const outcomes = await play.chain.broadcastAll(all);
      expect(kinds(outcomes)).toEqual(["accepted", "accepted", "accepted", "accepted"]);
      for (const { hash } of all) await play.chain.waitForReceipt(hash);
      const missing = `0x${"ab".repeat(32)}` as const;
      const receipts = await play.chain.receipts([missing, ...all.map(({ hash }) => hash)]);
      expect(receipts.map((each) => each?.status)).toEqual([undefined, "success", "success", "success", "success"]);
      expect(receipts.slice(1).map((each) => each?.hash)).toEqual(all.map(({ hash }) => hash));
      expect(receipts[3]).toMatchObject({ fee: 0n, feePayer: { address: payer.address } });
      expect(kinds(await play.chain.broadcastAll(all))).toEqual(all.map(() => "nonce-too-low"));
    });
  });

  describe("a transaction in the pool", () => {
    const offered = (sender: Actor, fee: FeeOffer): Promise<SignedTransaction> =>
      play.sign({ transfer: { to: person, value: fee.perGas } }, sender, { nonce: 1, fee, format: "kaia" });

    it("gives way to the replacement fee, to nothing less, and to a cancel at any price", async () => {
      const sender = await play.account();
      const current = await play.chain.suggestFee({ format: "kaia" });
      const fee = { ...current, perGas: current.perGas * 2n };
      const dearer = play.chain.replacementFee(fee, current);
      expect(dearer.perGas).toBe(fee.perGas + 1n);
      const all = [await offered(sender, fee), await offered(sender, { ...fee, perGas: fee.perGas - 1n })];
      const cancel = await play.sign({ cancel: { nonce: 1 } }, sender, { fee: current, gasLimit: 21_000n });
      const outcomes = await play.chain.broadcastAll([...all, await offered(sender, dearer), cancel]);
      expect(kinds(outcomes)).toEqual(["accepted", "underpriced", "accepted", "accepted"]);
      expect(await play.chain.accountState(sender.address)).toMatchObject({ nonce: 0, pendingNonce: 0 });
      await play.mine({ transfer: { to: person, value: 0n } }, sender);
      expect(await play.chain.waitForReceipt(cancel.hash)).toMatchObject({ status: "success" });
      expect(await play.chain.receipts(all.map(({ hash }) => hash))).toEqual([undefined, undefined]);
    });
  });

  describe("what a contract reverted", () => {
    const abi = ["function run(bytes data)", "error NotYours(address owner, uint256 id)"];
    const custom = bytes(new Interface(abi).encodeErrorResult("NotYours", [person, 7n]));
    const text = bytes(new Interface(["error Error(string)"]).encodeErrorResult("Error", ["sold out"]));
    const panic = bytes(new Interface(["error Panic(uint256)"]).encodeErrorResult("Panic", [17n]));

    it.each([
      ["a custom error", custom, `NotYours(${person}, 7)`],
      ["a text", text, "sold out"],
      ["a panic", panic, "Panic(17): arithmetic overflow or underflow"],
      ["nothing", "0x", undefined],
    ] as const)("is told with %s", async (_, data, reason) => {
      const [sender, payer] = [await play.account(0n), await play.account()];
      const to = await play.deploy(reject);
      const intent = await play.chain.encode({ call: { to, abi, function: "run", args: [data] } });
      const receipt = await play.mine(intent, sender, { feePayer: payer, gasLimit: 100_000n });
      expect(receipt).toMatchObject({ status: "reverted", failure: "reverted" });
      expect(await play.chain.revertReason(intent, sender.address, receipt)).toBe(reason);
    });

    it("for want of gas is told by the receipt", async () => {
      const sender = await play.account();
      const to = await play.deploy(reject);
      const intent = await play.chain.encode({ data: { to, data: "0x" } });
      const receipt = await play.mine(intent, sender, { gasLimit: 21_001n });
      expect(receipt).toMatchObject({ status: "reverted", failure: "out of gas" });
      expect(await play.chain.revertReason(intent, sender.address, receipt)).toBe("out of gas");
    });
  });
}
