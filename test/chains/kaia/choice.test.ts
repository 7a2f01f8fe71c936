import { describe, expect, it } from "vitest";
import type { PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import type { CancelIntent, Intent } from "../../../src/ports/intent.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import type { Transaction } from "../../kaia-node/types.ts";
import { type Answer, rpcError } from "../scripted-node.ts";
import { rejectedBy } from "../refused.ts";
import { assemble, contract, from, gkei, hex, payer, payerKey, person, sceneOf, signerOf } from "./scene.ts";

// Which type goes out, with how much gas. Budget of the file: 3 s.

const feePayer = signerOf(payerKey);
const abi = ["function sign(string message)"];
const transfer = { transfer: { to: person, value: 1n } };
const call = { call: { to: contract, abi, function: "sign", args: ["hello"] } };
const deploy: Intent = { deploy: { bytecode: "0x60fe" } };

async function sent(
  intent: Intent | CancelIntent,
  options: PrepareOptions = {},
  answers: Readonly<Record<string, Answer>> = {},
): Promise<Transaction> {
  const { prepare } = sceneOf(answers);
  const { raw } = await assemble(await prepare(intent, options));
  return decodeTransaction(raw);
}

describe("the type", () => {
  it.each<readonly [string, Intent | CancelIntent, readonly [plain: string, own: string]]>([
    ["a transfer", transfer, ["EthereumDynamicFee", "ValueTransfer"]],
    [
      "a transfer to a contract",
      { transfer: { to: contract, value: 1n } },
      ["EthereumDynamicFee", "SmartContractExecution"],
    ],
    ["a memo", { transfer: { to: person, value: 1n, memo: "hi" } }, ["EthereumDynamicFee", "ValueTransferMemo"]],
    ["an empty memo", { transfer: { to: person, value: 1n, memo: "" } }, ["EthereumDynamicFee", "ValueTransferMemo"]],
    ["data for a person", { data: { to: person, data: "0x01" } }, ["EthereumDynamicFee", "ValueTransferMemo"]],
    ["no data for a person", { data: { to: person, data: "0x" } }, ["EthereumDynamicFee", "ValueTransfer"]],
    ["data for a contract", { data: { to: contract, data: "0x01" } }, ["EthereumDynamicFee", "SmartContractExecution"]],
    ["a call", call, ["EthereumDynamicFee", "SmartContractExecution"]],
    ["a deployment", deploy, ["EthereumDynamicFee", "SmartContractDeploy"]],
    ["a cancel", { cancel: { nonce: 3 } }, ["Cancel", "Cancel"]],
  ])("of %s follows from who pays and from the destination", async (_, intent, [plain, own]) => {
    const names = [
      await sent(intent),
      await sent(intent, { feePayer: null }),
      await sent(intent, { format: "kaia" }),
      await sent(intent, { feePayer }),
      await sent(intent, { feePayer, format: "kaia", feeRatio: 30 }),
    ].map(({ kind }) => kind.name.replace("TxType", ""));
    expect(names).toEqual([plain, plain, own, `FeeDelegated${own}`, `FeeDelegated${own}WithRatio`]);
  });

  it("is Ethereum's where that is asked for, and the fee payer's where the chain has one", async () => {
    expect((await sent(transfer, { format: "ethereum" })).kind.name).toBe("TxTypeEthereumDynamicFee");
    const { prepare } = sceneOf({}, { feePayer });
    const raws = [
      await prepare(transfer),
      await prepare(transfer, { feeRatio: 99 }),
      await prepare(transfer, { feePayer: null }),
      await prepare(transfer, { feePayer: signerOf("48".repeat(32)) }),
    ].map(async (prepared) => decodeTransaction((await assemble(prepared)).raw));
    const [standing, ratio, own, other] = await Promise.all(raws);
    expect(standing).toMatchObject({
      feePayer: payer.toLowerCase(),
      kind: { name: "TxTypeFeeDelegatedValueTransfer" },
    });
    expect(ratio).toMatchObject({ feeRatio: 99, feePayer: payer.toLowerCase() });
    expect(own?.kind.name).toBe("TxTypeEthereumDynamicFee");
    expect(other?.feePayer).not.toBe(payer.toLowerCase());
  });

  it("for an account with a delegation is that of a contract", async () => {
    const answers = { kaia_getCode: `0xef0100${"11".repeat(20)}` };
    expect((await sent(transfer, { feePayer }, answers)).kind.name).toBe("TxTypeFeeDelegatedSmartContractExecution");
  });

  it("with a memo carries its bytes as they are, texts as UTF-8", async () => {
    const memo = Uint8Array.of(0, 255, 1);
    expect((await sent({ transfer: { to: person, value: 0n, memo } }, { feePayer })).input).toBe("0x00ff01");
    expect((await sent({ transfer: { to: person, value: 0n, memo: "카이아" } })).input).toBe("0xecb9b4ec9db4ec9584");
  });

  it("with a memo is refused where a contract would run it, in every form, and data is not", async () => {
    const forms: readonly PrepareOptions[] = [{}, { format: "kaia" }, { feePayer }, { feePayer, feeRatio: 30 }];
    for (const memo of ["hi", "", Uint8Array.of(1)]) {
      for (const options of forms) {
        const { node, prepare } = sceneOf();
        const intent = { transfer: { to: contract, value: 1n, memo } };
        const error = await rejectedBy(prepare(intent, options), "ERR_CHAIN_INTENT_INVALID");
        expect(error.message).toContain("memo for a contract");
        // Nor is it tried out.
        expect(node.count("kaia_estimateGas")).toBe(0);
      }
    }
    for (const options of forms)
      expect((await sent({ data: { to: contract, data: "0x6869", value: 1n } }, options)).input).toBe("0x6869");
  });
});

describe("the gas", () => {
  it.each([
    [21_000, 21_000n],
    [21_001, 25_201n],
    [100_000, 120_000n],
  ])("for an estimate of %i is %i, and 10,000 or 15,000 more where another pays", async (estimate, gas) => {
    const answers = { kaia_estimateGas: hex(estimate) };
    expect((await sent(transfer, {}, answers)).gas).toBe(gas);
    expect((await sent(transfer, { format: "kaia" }, answers)).gas).toBe(gas);
    expect((await sent(transfer, { feePayer }, answers)).gas).toBe(gas + 10_000n);
    expect((await sent(transfer, { feePayer, feeRatio: 1 }, answers)).gas).toBe(gas + 15_000n);
  });

  it("of a cancel is a transfer's, and no estimate is asked for", async () => {
    const { node, prepare } = sceneOf({ kaia_estimateGas: hex(90_000) });
    const prepared = await prepare({ cancel: { nonce: 3 } }, { feePayer });
    expect(decodeTransaction((await assemble(prepared)).raw)).toMatchObject({ gas: 31_000n, nonce: 3n });
    expect(node.count("kaia_estimateGas")).toBe(0);
  });

  it("does not pass what Kaia takes", async () => {
    const answers = { kaia_estimateGas: hex(499_999_999), kaia_getBalance: hex(10n ** 27n) };
    for (const options of [{}, { feePayer }, { feePayer, feeRatio: 1 }])
      expect((await sent(call, options, answers)).gas).toBe(500_000_000n);
  });
});

describe("the nonce", () => {
  it("is the node's count, or the one that is given, whatever the node counts", async () => {
    const { node, prepare } = sceneOf({ kaia_getTransactionCount: "0x5" });
    expect((await prepare(transfer)).nonce).toBe(5);
    expect((await prepare(transfer, { nonce: 4 })).nonce).toBe(4);
    expect((await prepare(transfer, { nonce: 9 })).nonce).toBe(9);
    expect(node.count("kaia_getTransactionCount")).toBe(1);
  });

  it("of a cancel is the one that it takes the place of", async () => {
    const { prepare } = sceneOf({ kaia_getTransactionCount: "0x5" });
    expect((await prepare({ cancel: { nonce: 2 } })).nonce).toBe(2);
    expect((await prepare({ cancel: { nonce: 2 } }, { nonce: 2 })).nonce).toBe(2);
    await rejectedBy(prepare({ cancel: { nonce: 2 } }, { nonce: 3 }), "ERR_CHAIN_INTENT_INVALID");
  });
});

it("the node is asked in Kaia's own namespace, for what will be signed", async () => {
  const { node, prepare } = sceneOf({ kaia_estimateGas: hex(1_000_000) });
  await prepare({ data: { to: contract, data: "0x1234", value: 5n } }, { feePayer });
  const what = { from, to: contract, data: "0x1234", value: "0x5" };
  expect(node.asked).toEqual([
    { method: "kaia_chainID", params: [] },
    { method: "kaia_getTransactionCount", params: [from, "pending"] },
    { method: "kaia_getBalance", params: [from, "latest"] },
    { method: "kaia_getBalance", params: [payer, "latest"] },
    { method: "kaia_getCode", params: [contract, "latest"] },
    { method: "kaia_estimateGas", params: [what] },
    { method: "kaia_estimateComputationCost", params: [what, "latest"] },
    { method: "kaia_gasPrice", params: [] },
    { method: "kaia_getHeaderByNumber", params: ["latest"] },
  ]);
});

describe("the computation cost", () => {
  const cost = (estimate: number, answer: Answer) =>
    sceneOf({
      kaia_estimateGas: hex(estimate),
      kaia_estimateComputationCost: answer,
      kaia_getBalance: hex(10n ** 27n),
    });

  it("is asked from a million gas on", async () => {
    for (const [estimate, times] of [
      [999_999, 0],
      [1_000_000, 1],
    ] as const) {
      const { node, prepare } = cost(estimate, "0x1");
      await prepare(call);
      expect(node.count("kaia_estimateComputationCost")).toBe(times);
    }
  });

  it("is refused one percent below what Kaia allows, before anything is signed", async () => {
    await cost(2_000_000, hex(148_500_000)).prepare(call, { feePayer });
    const error = await rejectedBy(
      cost(2_000_000, hex(148_500_001)).prepare(call, { feePayer }),
      "ERR_CHAIN_COMPUTATION_COST",
    );
    expect(error.context).toEqual({ cost: 148_500_001n, most: 148_500_000n });
    expect(error.message).toContain("Nothing was signed");
  });

  it.each([
    ["does not know the question", -32_601, "the method kaia_estimateComputationCost does not exist/is not available"],
    ["is a provider that does not forward it", -32_000, "unsupported method: kaia_estimateComputationCost"],
  ])("is not needed of a node that %s", async (_, rpcCode, text) => {
    const { prepare } = cost(2_000_000, () => Promise.reject(rpcError(rpcCode, text)));
    expect((await prepare(call)).maxFee).toBe(2_400_000n * 50n * gkei);
  });

  it("that a node will not tell for another reason is its error", async () => {
    const error = rpcError(-32_000, "header not found", null, "ERR_RPC_NODE_FAULT");
    const { prepare } = cost(2_000_000, () => Promise.reject(error));
    expect(await rejectedBy(prepare(call), "ERR_RPC_NODE_FAULT")).toBe(error);
  });
});
