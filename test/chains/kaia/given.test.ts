import { describe, expect, it } from "vitest";
import type { PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import type { CancelIntent, Intent } from "../../../src/ports/intent.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { rejectedBy } from "../refused.ts";
import { assemble, contract, from, gkei, hex, kaiaCoin, payer, payerKey, person, sceneOf, signerOf } from "./scene.ts";

// What the caller gives need not be asked for. Budget of the file: 3 s.

const feePayer = signerOf(payerKey);
const transfer = { transfer: { to: person, value: 1n } };
const all = { nonce: 7, gasLimit: 60_000n, fee: { perGas: 30n * gkei, tip: gkei } } as const;
const code = (address: string) => ({ method: "kaia_getCode", params: [address, "latest"] });
const identity = { method: "kaia_chainID", params: [] };

describe("with nonce, gas limit and fee given", () => {
  it.each<readonly [string, Intent | CancelIntent, PrepareOptions]>([
    ["a transfer of Ethereum's type", transfer, {}],
    ["data", { data: { to: contract, data: "0x01" } }, {}],
    ["a call", { call: { to: person, abi: ["function f()"], function: "f" } }, {}],
    ["tokens", { token: { contract: person, to: person, amount: 1n } }, {}],
    ["a deployment", { deploy: { bytecode: "0x60fe" } }, {}],
    ["a deployment at another's expense", { deploy: { bytecode: "0x60fe" } }, { feePayer }],
    ["a cancel", { cancel: { nonce: 7 } }, {}],
    ["a cancel at another's expense", { cancel: { nonce: 7 } }, { feePayer, feeRatio: 5 }],
  ])("the node is asked for nothing: %s", async (_, intent, options) => {
    const { node, prepare } = sceneOf();
    const prepared = await prepare(intent, { ...options, ...all });
    expect(node.asked).toEqual([]);
    const { nonce, gas, gasPrice } = decodeTransaction((await assemble(prepared)).raw);
    expect({ nonce, gas, gasPrice }).toEqual({ nonce: 7n, gas: 60_000n, gasPrice: 30n * gkei });
    expect(node.asked).toEqual([]);
  });

  it.each<readonly [string, Intent, PrepareOptions]>([
    ["a transfer of Kaia's own type", transfer, { format: "kaia" }],
    ["a transfer at another's expense", transfer, { feePayer }],
    ["a memo, whatever its type", { transfer: { ...transfer.transfer, memo: "hi" } }, {}],
  ])("the node is asked once whether the destination is a contract: %s", async (_, intent, options) => {
    const { node, prepare } = sceneOf();
    await prepare(intent, { ...options, ...all });
    expect(node.asked).toEqual([identity, code(person)]);
  });

  it("a contract is asked for once, and what is none each time", async () => {
    const { node, prepare } = sceneOf();
    for (const to of [contract, person, contract, person, contract])
      await prepare({ data: { to, data: "0x01" } }, { feePayer, ...all });
    expect(node.asked).toEqual([identity, code(contract), code(person), code(person)]);
  });

  it("a delegated account is asked for each time, since it may be none tomorrow", async () => {
    const codes = [`0xEF0100${"11".repeat(20)}`, "0x"];
    const { prepare } = sceneOf({ kaia_getCode: () => codes.shift() });
    const names: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const { raw } = await assemble(await prepare(transfer, { feePayer, ...all }));
      names.push(decodeTransaction(raw).kind.name);
    }
    expect(names).toEqual(["TxTypeFeeDelegatedSmartContractExecution", "TxTypeFeeDelegatedValueTransfer"]);
  });

  it("what is said of gas and fee is what the bytes say", async () => {
    const { prepare } = sceneOf();
    expect(await prepare(transfer, all)).toMatchObject({ ...all, to: person, maxFee: 60_000n * 30n * gkei });
    expect((await prepare(transfer, all)).feePayer).toBeUndefined();
    const both = await prepare(transfer, { ...all, feePayer, feeRatio: 30 });
    // Kaia's own types know no tip.
    expect(both).toMatchObject({ gasLimit: 60_000n, fee: { perGas: 30n * gkei, tip: 0n } });
    expect(both.maxFee).toBe((60_000n * 30n * gkei * 70n) / 100n);
    expect(both.feePayer).toMatchObject({ address: payer, maxFee: (60_000n * 30n * gkei * 30n) / 100n });
  });

  it("the bytes to sign are there where they are Ethereum's", async () => {
    const { prepare } = sceneOf();
    const { unsigned, digest } = await prepare(transfer, all);
    expect(unsigned?.slice(0, 4)).toBe("0x02");
    const { keccak256, hexlify, Transaction } = await import("ethers");
    expect(keccak256(unsigned ?? "0x")).toBe(hexlify(digest));
    expect(Transaction.from(String(unsigned))).toMatchObject({ to: person, nonce: 7, value: 1n, gasLimit: 60_000n });
    for (const options of [{ format: "kaia" as const }, { feePayer }])
      expect(await prepare(transfer, { ...all, ...options })).not.toHaveProperty("unsigned");
  });

  it("a fee above the ceiling is refused", async () => {
    const { node, prepare } = sceneOf({}, { maxFeePerGas: 30n * gkei });
    await prepare(transfer, all);
    const dear = { ...all, fee: { perGas: 30n * gkei + 1n, tip: 0n } };
    await rejectedBy(prepare(transfer, dear), "ERR_CHAIN_FEE_TOO_HIGH");
    expect(node.asked).toEqual([]);
  });
});

describe("with a part given, the rest alone is asked for", () => {
  const methodsOf = async (options: PrepareOptions): Promise<readonly string[]> => {
    const { node, prepare } = sceneOf();
    await prepare(transfer, options);
    return node.asked.map(({ method }) => method.replace("kaia_", "")).sort();
  };

  it.each<readonly [string, PrepareOptions, readonly string[]]>([
    ["the nonce", { nonce: 1 }, ["chainID", "estimateGas", "getBalance", "getHeaderByNumber", "maxPriorityFeePerGas"]],
    [
      "the gas limit",
      { gasLimit: 21_000n },
      ["chainID", "getBalance", "getHeaderByNumber", "getTransactionCount", "maxPriorityFeePerGas"],
    ],
    ["the fee", { fee: all.fee }, ["chainID", "estimateGas", "getBalance", "getTransactionCount"]],
    [
      "nonce and gas limit",
      { nonce: 1, gasLimit: 21_000n, speed: "slow" },
      ["chainID", "getBalance", "getHeaderByNumber"],
    ],
  ])("%s", async (_, options, methods) => {
    expect(await methodsOf(options)).toEqual(methods);
  });
});

describe("funds that are committed", () => {
  it("are not there for this one", async () => {
    const needed = 1n + 21_000n * 50n * gkei;
    const { prepare } = sceneOf();
    await prepare(transfer, { committed: kaiaCoin - needed });
    const error = await rejectedBy(
      prepare(transfer, { committed: kaiaCoin - needed + 1n }),
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
    );
    expect(error.context).toEqual({ who: "account", balance: kaiaCoin, needed: kaiaCoin + 1n });
  });

  it("are the sender's, not the fee payer's", async () => {
    const { prepare } = sceneOf({ kaia_getBalance: ([address]) => hex(address === from ? 1n : kaiaCoin) });
    await prepare(transfer, { feePayer });
    await rejectedBy(prepare(transfer, { feePayer, committed: 1n }), "ERR_CHAIN_INSUFFICIENT_FUNDS");
  });
});

describe("before any node is asked, an option is refused", () => {
  it.each<readonly [string, object]>([
    ...[-1, 1.5, NaN, 2 ** 53, 1n, "1", null].map((nonce): [string, object] => [`nonce ${String(nonce)}`, { nonce }]),
    ...[0n, 20_999n, 500_000_001n, -1n, 21_000, "21000", null].map((gasLimit): [string, object] => [
      `gasLimit ${String(gasLimit)}`,
      { gasLimit },
    ]),
    ...[null, 1n, {}, { perGas: 1n }, { perGas: -1n, tip: 0n }, { perGas: 1, tip: 0 }, { perGas: 1n, tip: 2n }].map(
      (fee, index): [string, object] => [`fee ${String(index)}`, { fee }],
    ),
    ["a fee of 257 bits", { fee: { perGas: 2n ** 256n, tip: 0n } }],
    ...["rapid", "", null, 1].map((speed): [string, object] => [`speed ${String(speed)}`, { speed }]),
    ...[-1n, 1, "1", null].map((committed): [string, object] => [`committed ${String(committed)}`, { committed }]),
  ])("%s", async (_, options) => {
    const { node, chain } = sceneOf();
    for (const method of [chain.prepare, chain.suggestFee, chain.encode]) {
      const args =
        method === chain.prepare
          ? [transfer, from, options]
          : method === chain.encode
            ? [transfer, options]
            : [options];
      const asked: unknown = Reflect.apply(method, chain, args);
      await rejectedBy(Promise.resolve(asked), "ERR_CHAIN_INTENT_INVALID");
    }
    expect(node.asked).toEqual([]);
  });
});
