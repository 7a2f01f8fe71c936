import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PrepareOptions, TransactionReceipt } from "../../../src/ports/chain-adapter.ts";
import type { Intent } from "../../../src/ports/intent.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { echo, once } from "../evm/anvil-account.ts";
import { type Actor, type Play, playOn, type RealNode } from "./real-node.ts";
import { kaiaCoin } from "./scene.ts";

const abi = ["function echo(bytes data)"];

interface Paid {
  readonly receipt: TransactionReceipt;
  readonly typeName: string;
  /** What each lost, in kei. */
  readonly sender: bigint;
  readonly payer: bigint;
  /** What the recipient got. */
  readonly recipient: bigint;
}

/** Every action, each paid for by the sender, in Ethereum's types and Kaia's, by a fee payer, and by both. */
export function transactionCases(start: () => Promise<RealNode>): void {
  let play: Play;
  let contract: string;
  beforeAll(async () => {
    play = playOn(await start());
    contract = await play.deploy(echo);
  });
  afterAll(() => play.stop());

  const intents: readonly (readonly [
    string,
    (recipient: string) => Intent,
    readonly [plain: string, own: string],
    bigint,
  ])[] = [
    ["a transfer", (to) => ({ transfer: { to, value: 1_000n } }), ["EthereumDynamicFee", "ValueTransfer"], 1_000n],
    ["a transfer of nothing", (to) => ({ transfer: { to, value: 0n } }), ["EthereumDynamicFee", "ValueTransfer"], 0n],
    [
      "a memo",
      (to) => ({ transfer: { to, value: 7n, memo: "hello kaia" } }),
      ["EthereumDynamicFee", "ValueTransferMemo"],
      7n,
    ],
    [
      "an empty memo",
      (to) => ({ transfer: { to, value: 7n, memo: "" } }),
      ["EthereumDynamicFee", "ValueTransferMemo"],
      7n,
    ],
    [
      "a call",
      () => ({ call: { to: contract, abi, function: "echo", args: ["0x01"] } }),
      ["EthereumDynamicFee", "SmartContractExecution"],
      0n,
    ],
    [
      "data to a contract",
      () => ({ data: { to: contract, data: "0x12345678" } }),
      ["EthereumDynamicFee", "SmartContractExecution"],
      0n,
    ],
    ["a deployment", () => ({ deploy: { bytecode: echo } }), ["EthereumDynamicFee", "SmartContractDeploy"], 0n],
  ];
  const forms = [
    ["by the sender", "plain", {}],
    ["by the sender, in Kaia's type", "own", { format: "kaia" }],
    ["by a fee payer", "delegated", {}],
    ["by both, 30 percent", "ratio", { feeRatio: 30 }],
  ] as const;

  /** Sends it from new accounts, with a fee payer unless the form has none, and compares balances. */
  async function pay(intent: (recipient: string) => Intent, form: string, options: PrepareOptions): Promise<Paid> {
    const hasPayer = form === "delegated" || form === "ratio";
    const [sender, payer] = [await play.account(), hasPayer ? await play.account() : undefined];
    const recipient = await play.account(0n);
    const all = [sender, payer ?? recipient, recipient].map(({ address }) => address);
    const before = await play.balances(...all);
    const signed = await play.sign(intent(recipient.address), sender, {
      ...options,
      ...(payer && { feePayer: payer }),
    });
    await play.chain.broadcast(signed);
    const receipt = await play.chain.waitForReceipt(signed.hash);
    const after = await play.balances(...all);
    const [ofSender = 0n, ofPayer = 0n, ofRecipient = 0n] = before.map(
      (balance, index) => balance - (after[index] ?? 0n),
    );
    return {
      receipt,
      typeName: decodeTransaction(signed.raw).kind.name.replace("TxType", ""),
      sender: ofSender,
      payer: hasPayer ? ofPayer : 0n,
      recipient: -ofRecipient,
    };
  }

  function expectPaid({ receipt, sender, payer, recipient }: Paid, form: string, value: bigint): void {
    const { fee, feePayer } = receipt;
    expect(sender).toBe(value + fee);
    expect(payer).toBe(feePayer?.fee ?? 0n);
    expect(recipient).toBe(value);
    expect(fee > 0n).toBe(form !== "delegated");
    if (form === "ratio") expect(feePayer?.fee).toBe(((fee + payer) * 30n) / 100n);
  }

  describe.each(intents)("%s", (what, intent, [plain, own], value) => {
    it.each(forms)("is paid %s, to the kei", async (_, form, options) => {
      const paid = await pay(intent, form, options);
      const delegated = `FeeDelegated${own}`;
      expect(paid.typeName).toBe({ plain, own, delegated, ratio: `${delegated}WithRatio` }[form]);
      expect(paid.receipt.status).toBe("success");
      expectPaid(paid, form, value);
      const { contractAddress } = paid.receipt;
      if (what !== "a deployment") expect(contractAddress).toBeNull();
      else {
        const read = {
          to: String(contractAddress),
          abi: ["function echo(bytes) view returns (uint256)"],
          function: "echo",
        };
        expect(await play.chain.read({ ...read, args: [`0x${"0".repeat(63)}7`] })).toBe(7n);
      }
    });
  });

  describe("a transaction behind a gap", () => {
    /** Sends with a nonce that leaves one out: the node keeps it, and mines it when the gap is closed. */
    async function sendBehindGap(sender: Actor): Promise<{ readonly hash: `0x${string}`; readonly recipient: string }> {
      const recipient = await play.account(0n);
      const transfer = { transfer: { to: recipient.address, value: 1_000n } };
      const { hash, ...rest } = await play.sign(transfer, sender, { nonce: 1 });
      await play.chain.broadcast({ hash, ...rest });
      // The node has it now, and says so.
      await play.chain.broadcast({ hash, ...rest });
      return { hash, recipient: recipient.address };
    }

    it.each(forms.filter(([, form]) => form !== "plain"))("is cancelled, paid %s", async (_, form, options) => {
      const sender = await play.account();
      const payer = await play.account();
      const { hash, recipient } = await sendBehindGap(sender);
      const feePayer = form === "own" ? {} : { feePayer: payer };
      const cancel = await play.sign({ cancel: { nonce: 1 } }, sender, { ...options, ...feePayer });
      await play.chain.broadcast(cancel);
      const before = await play.balances(sender.address, payer.address);
      const first = await play.mine({ transfer: { to: sender.address, value: 0n } }, sender);
      const receipt = await play.chain.waitForReceipt(cancel.hash);
      expect(receipt).toMatchObject({ status: "success", contractAddress: null });
      const after = await play.balances(sender.address, payer.address);
      expect(before.map((balance, index) => balance - (after[index] ?? 0n))).toEqual([
        first.fee + receipt.fee,
        receipt.feePayer?.fee ?? 0n,
      ]);
      expect(await play.balances(recipient)).toEqual([0n]);
      await expect(play.chain.waitForReceipt(hash, { timeoutMs: 0 })).rejects.toMatchObject({
        code: "ERR_CHAIN_RECEIPT_TIMEOUT",
      });
    });
  });

  describe("a transaction that the contract reverts after it was signed", () => {
    it.each(forms)("is paid all the same %s", async (_, form, options) => {
      const first = await play.account();
      const second = await play.account();
      const payer = await play.account();
      const to = await play.deploy(once);
      const intent: Intent = { data: { to, data: "0x" } };
      const feePayer = form === "delegated" || form === "ratio" ? { feePayer: payer } : {};
      // Both are estimated while the contract still takes a call.
      const late = await play.sign(intent, second, { ...options, ...feePayer });
      expect(await play.mine(intent, first)).toMatchObject({ status: "success" });
      await play.chain.broadcast(late);
      const receipt = await play.chain.waitForReceipt(late.hash);
      expect(receipt).toMatchObject({ status: "reverted", failure: "reverted", contractAddress: null });
      const [ofSender = 0n, ofPayer = 0n] = await play.balances(second.address, payer.address);
      expect([kaiaCoin - ofSender, kaiaCoin - ofPayer]).toEqual([receipt.fee, receipt.feePayer?.fee ?? 0n]);
    });
  });
}
