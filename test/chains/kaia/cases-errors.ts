import { randomBytes } from "node:crypto";
import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kaia } from "../../../src/chains/kaia/index.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";
import { http } from "../../../src/rpc/http.ts";
import { echo, reject } from "../evm/anvil-account.ts";
import { rejectedBy } from "../refused.ts";
import { type Play, playOn, type RealNode } from "./real-node.ts";
import { kaiaCoin, person } from "./scene.ts";
import { bytes } from "./written.ts";

/** Counts down from what it is given, calling an account without code each round, and stores 1. */
const countdown = "5f355b5f5f5f5f61dead5afa506001900380600257600160005500";
/** Init code that deploys it: CODECOPY behind these 11 bytes, RETURN. */
const counting: Hex = `0x60${(countdown.length / 2).toString(16)}80600b6000396000f3${countdown}`;

/** What a node refuses, and what it tells. */
export function errorCases(start: () => Promise<RealNode>): void {
  let play: Play;
  beforeAll(async () => {
    play = playOn(await start());
  });
  afterAll(() => play.stop());

  describe("a broadcast", () => {
    const transfer = (value: bigint): Intent => ({ transfer: { to: person, value } });

    it("of bytes that were mined is refused for their nonce", async () => {
      const sender = await play.account();
      const signed = await play.sign(transfer(1n), sender);
      await play.chain.broadcast(signed);
      await play.chain.waitForReceipt(signed.hash);
      const error = await rejectedBy(play.chain.broadcast(signed), "ERR_RPC_REJECTED");
      expect(error.context).toMatchObject({ rpcCode: -32_000, rpcMessage: "nonce too low" });
    });

    it("of another transaction with the nonce of one in the pool is refused", async () => {
      const sender = await play.account();
      const [first, second] = await Promise.all(
        [1n, 2n].map((value) => play.sign(transfer(value), sender, { nonce: 3, format: "kaia" })),
      );
      if (first === undefined || second === undefined) return expect.fail("nothing was signed");
      await play.chain.broadcast(first);
      const error = await rejectedBy(play.chain.broadcast(second), "ERR_RPC_REJECTED");
      expect(error.context).toMatchObject({
        rpcMessage: "there is another tx which has the same nonce in the tx pool",
      });
    });

    it("of what the sender can pay no more is refused", async () => {
      const sender = await play.account();
      const late = await play.sign(transfer(kaiaCoin / 2n), sender, { nonce: 1 });
      await play.mine(transfer(kaiaCoin / 2n), sender);
      const error = await rejectedBy(play.chain.broadcast(late), "ERR_CHAIN_INSUFFICIENT_FUNDS");
      expect(error.cause).toMatchObject({ context: { rpcMessage: "insufficient funds of the sender for value " } });
    });

    it("of what the fee payer can pay no more is refused, and says who cannot", async () => {
      const sender = await play.account(0n);
      const feePayer = await play.account();
      const late = await play.sign(transfer(0n), sender, { feePayer });
      // All but less than the fee of a transfer.
      const [balance = 0n] = await play.balances(feePayer.address);
      const { maxFee } = await play.prepare(transfer(1n), feePayer);
      await play.mine(transfer(balance - maxFee), feePayer);
      const error = await rejectedBy(play.chain.broadcast(late), "ERR_CHAIN_INSUFFICIENT_FUNDS");
      expect(error.context).toEqual({ who: "fee payer" });
      expect(error.cause).toMatchObject({
        context: { rpcMessage: "insufficient funds of the fee payer for gas * price" },
      });
    });
  });

  describe("before anything is signed", () => {
    it("a call that reverts is refused with the contract's reason, whoever pays", async () => {
      const [to, sender, feePayer] = [await play.deploy(reject), await play.account(), await play.account()];
      const errors = new Interface(["error Error(string reason)", "error TooEarly(uint256 until)"]);
      const abi = ["function with(bytes data)", "error TooEarly(uint256 until)"];
      for (const [data, reason] of [
        [errors.encodeErrorResult("Error", ["sold out"]), "sold out"],
        [errors.encodeErrorResult("TooEarly", [7n]), "TooEarly(7)"],
        ["0x", null],
      ] as const) {
        for (const options of [{}, { feePayer }]) {
          const call = { call: { to, abi, function: "with", args: [data] } };
          const error = await rejectedBy(play.prepare(call, sender, options), "ERR_CHAIN_REVERTED");
          expect(error.context).toMatchObject({ reason });
        }
      }
    });

    it("a computation above Kaia's limit is refused, which the estimate does not see", async () => {
      const [to, sender] = [await play.deploy(counting), await play.account(10n * kaiaCoin)];
      const rounds = (count: number): Intent => ({
        data: { to, data: bytes(`0x${count.toString(16).padStart(64, "0")}`) },
      });
      const error = await rejectedBy(play.prepare(rounds(14_000), sender), "ERR_CHAIN_COMPUTATION_COST");
      expect(error.context["cost"]).toBeGreaterThan(150_000_000n);
      expect(await play.prepare(rounds(500), sender)).toMatchObject({ to });
    });

    it("a call of what is no contract is refused", async () => {
      const { address: to } = await play.account(0n);
      const call = { call: { to, abi: ["function sign(string message)"], function: "sign", args: ["hi"] } };
      await rejectedBy(play.prepare(call, await play.account()), "ERR_CHAIN_INTENT_INVALID");
    });

    it("an account without money is told so, and may act where another pays", async () => {
      const sender = await play.account(0n);
      const intent: Intent = { transfer: { to: person, value: 0n } };
      const error = await rejectedBy(play.prepare(intent, sender), "ERR_CHAIN_INSUFFICIENT_FUNDS");
      expect(error.context).toMatchObject({ who: "account", balance: 0n });
      const poor = await play.account(0n);
      const other = await rejectedBy(play.prepare(intent, sender, { feePayer: poor }), "ERR_CHAIN_INSUFFICIENT_FUNDS");
      expect(other.context).toMatchObject({ who: "fee payer", balance: 0n });
      const receipt = await play.mine(intent, sender, { feePayer: await play.account() });
      expect(receipt).toMatchObject({ status: "success", fee: 0n });
    });

    it("another chain id is refused", async () => {
      const chainId = play.node.chainId + 1;
      const other = kaia({ name: "other", chainId, transport: http(play.node.url) });
      const error = await rejectedBy(other.getBalance(person), "ERR_CHAIN_ID_MISMATCH");
      expect(error.context).toMatchObject({ configured: chainId, served: play.node.chainId });
      await other.close();
    });
  });

  describe("a read", () => {
    const abi = ["function echo(bytes data) view returns (uint256)"];

    it("gives what the contract returns", async () => {
      const to = await play.deploy(echo);
      expect(await play.chain.read({ to, abi, function: "echo", args: [`0x${"0".repeat(63)}7`] })).toBe(7n);
    });

    it("that is reverted names the reason", async () => {
      const to = await play.deploy(reject);
      const data = new Interface(["error Error(string reason)"]).encodeErrorResult("Error", ["sold out"]);
      const error = await rejectedBy(
        play.chain.read({ to, abi, function: "echo", args: [data] }),
        "ERR_CHAIN_REVERTED",
      );
      expect(error.context).toMatchObject({ reason: "sold out" });
    });

    it("where there is no contract does not fit the ABI", async () => {
      const { address: to } = await play.account(0n);
      await rejectedBy(play.chain.read({ to, abi, function: "echo", args: ["0x"] }), "ERR_CHAIN_INTENT_INVALID");
    });

    it("of a balance is in kei", async () => {
      const { address } = await play.account(123_456_789n);
      expect(await play.chain.getBalance(address.toLowerCase())).toBe(123_456_789n);
    });
  });

  it("a receipt of a transaction that nobody sent does not come", async () => {
    const hash = bytesToHex(randomBytes(32));
    const error = await rejectedBy(play.chain.waitForReceipt(hash, { timeoutMs: 0 }), "ERR_CHAIN_RECEIPT_TIMEOUT");
    expect(error.context).toMatchObject({ hash });
  });
}
