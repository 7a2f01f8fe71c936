import { describe, expect, it } from "vitest";
import type { KaiaOptions } from "../../../src/chains/kaia/index.ts";
import type { PreparedTransaction, PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, rpcError, type ScriptedNode, trouble } from "../scripted-node.ts";
import { assemble, contract, hex, payerKey, person, sceneOf, signerOf } from "./scene.ts";

// Budget of the file: 4 s.

const feePayer = signerOf(payerKey);
const huge = `0x8${"0".repeat(63)}`;

function prepare(
  answers: Readonly<Record<string, Answer>>,
  { value = 1n, to = person, ...rest }: PrepareOptions & { value?: bigint; to?: string } = {},
  options: Partial<KaiaOptions<"kaia">> = {},
): { readonly node: ScriptedNode; readonly prepared: Promise<PreparedTransaction> } {
  const { node, prepare: prepareHere } = sceneOf(answers, options);
  return { node, prepared: prepareHere({ transfer: { to, value } }, rest) };
}

describe("a node that lies", () => {
  it.each<readonly [string, Readonly<Record<string, Answer>>, string]>([
    ["a count of -1", { kaia_getTransactionCount: "-0x1" }, "transaction count"],
    ["a count as a number", { kaia_getTransactionCount: 1 }, "transaction count"],
    ["a count past 2^53", { kaia_getTransactionCount: huge }, "transaction count"],
    ["no header", { kaia_getHeaderByNumber: null }, "latest header"],
    ["a list for a header", { kaia_getHeaderByNumber: ["0x1"] }, "latest header"],
    ["a header without a base fee", { kaia_getHeaderByNumber: {} }, "base fee"],
    ["a base fee of text", { kaia_getHeaderByNumber: { baseFeePerGas: "much" } }, "base fee"],
    ["a balance of null", { kaia_getBalance: null }, "balance"],
    ["a balance of 257 bits", { kaia_getBalance: `0x1${"0".repeat(64)}` }, "balance"],
    ["an estimate of 0", { kaia_estimateGas: "0x0" }, "gas estimate"],
    ["an estimate below a transfer's", { kaia_estimateGas: "0x5207" }, "gas estimate"],
    ["an estimate above what Kaia takes", { kaia_estimateGas: hex(500_000_001) }, "gas estimate"],
    ["an estimate of 2^255", { kaia_estimateGas: huge }, "gas estimate"],
    [
      "a computation cost of text",
      { kaia_estimateGas: hex(1_000_000), kaia_estimateComputationCost: "little" },
      "computation cost",
    ],
  ])("about %s is refused, whoever pays", async (_, answers, what) => {
    for (const options of [{}, { feePayer }]) {
      const error = await rejectedBy(prepare(answers, options).prepared, "ERR_RPC_BAD_RESPONSE");
      expect(error.context).toEqual({ fault: "node", what });
      expect(error.message).toContain("Nothing was signed");
    }
  });

  it.each<readonly [string, Readonly<Record<string, Answer>>, PrepareOptions, string]>([
    ["a tip of -1", { kaia_maxPriorityFeePerGas: "-0x1" }, {}, "tip"],
    ["a tip of an object", { kaia_maxPriorityFeePerGas: {} }, {}, "tip"],
    ["a price of null", { kaia_gasPrice: null }, { feePayer }, "gas price"],
    ["code of null", { kaia_getCode: null }, { feePayer }, "code"],
    ["code of half a byte", { kaia_getCode: "0x6" }, { format: "kaia" }, "code"],
    ["a price as a number", { kaia_gasPrice: 25e9 }, { format: "kaia" }, "gas price"],
  ])("about %s is refused", async (_, answers, options, what) => {
    const error = await rejectedBy(prepare(answers, options).prepared, "ERR_RPC_BAD_RESPONSE");
    expect(error.context).toEqual({ fault: "node", what });
  });

  it.each<readonly [string, Readonly<Record<string, Answer>>, PrepareOptions]>([
    ["tip", { kaia_maxPriorityFeePerGas: huge }, {}],
    ["base fee", { kaia_getHeaderByNumber: { baseFeePerGas: huge } }, {}],
    ["base fee, for a fee payer", { kaia_getHeaderByNumber: { baseFeePerGas: huge } }, { feePayer }],
    ["gas price, for a fee payer", { kaia_gasPrice: `0x${"f".repeat(64)}` }, { feePayer }],
  ])("about the %s meets the ceiling", async (_, answers, options) => {
    await rejectedBy(prepare(answers, options).prepared, "ERR_CHAIN_FEE_TOO_HIGH");
  });

  it("about the fee meets the balances, where the ceiling was taken away", async () => {
    for (const options of [{}, { feePayer }]) {
      const answers = { kaia_maxPriorityFeePerGas: huge, kaia_gasPrice: huge };
      const { prepared } = prepare(answers, options, { maxFeePerGas: 2n ** 300n });
      await rejectedBy(prepared, "ERR_CHAIN_INSUFFICIENT_FUNDS");
    }
  });

  it("about a contract where there is none only makes a transaction that Kaia refuses", async () => {
    const { prepared } = prepare({ kaia_getCode: "0x60" }, { feePayer });
    const { kind, to, value, input } = decodeTransaction((await assemble(await prepared)).raw);
    expect({ name: kind.name, to, value, input }).toEqual({
      name: "TxTypeFeeDelegatedSmartContractExecution",
      to: person.toLowerCase(),
      value: 1n,
      input: "0x",
    });
  });

  it("with a count at the end of numbers has its last, and there is none after", async () => {
    const last = await prepare({ kaia_getTransactionCount: "0x1fffffffffffff" }, { feePayer }).prepared;
    expect(decodeTransaction((await assemble(last)).raw).nonce).toBe(2n ** 53n - 1n);
    const { prepared } = prepare({ kaia_getTransactionCount: "0x20000000000000" }, { feePayer });
    await rejectedBy(prepared, "ERR_RPC_BAD_RESPONSE");
  });
});

describe("before anything is signed, an account", () => {
  it.each(["ERR_RPC_TIMEOUT", "ERR_RPC_UNREACHABLE", "ERR_RPC_RATE_LIMITED", "ERR_RPC_NODE_FAULT"] as const)(
    "hears of %s as it is, whatever question met it",
    async (code) => {
      const shared = ["chainID", "getTransactionCount", "getBalance", "getHeaderByNumber", "estimateGas"];
      const cost = "estimateComputationCost";
      for (const [options, methods] of [
        [{}, [...shared, "maxPriorityFeePerGas", cost]],
        [{ feePayer }, [...shared, "getCode", "gasPrice", cost]],
      ] as const) {
        for (const method of methods) {
          const error = trouble(code);
          const answers = { kaia_estimateGas: hex(1_000_000), [`kaia_${method}`]: () => Promise.reject(error) };
          expect(await rejectedBy(prepare(answers, options).prepared, code)).toBe(error);
        }
      }
    },
  );

  it.each<
    readonly [string, number, string, "ERR_CHAIN_REVERTED" | "ERR_CHAIN_INSUFFICIENT_FUNDS" | "ERR_RPC_REJECTED"]
  >([
    ["a revert", 3, "execution reverted: plain reason", "ERR_CHAIN_REVERTED"],
    ["a revert without data", -32_000, "evm: execution reverted", "ERR_CHAIN_REVERTED"],
    ["an invalid instruction", -32_000, "VM error occurs while running smart contract", "ERR_CHAIN_REVERTED"],
    [
      "a value that is not there",
      -32_000,
      "err: insufficient balance for transfer (supplied gas 250010499)",
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
    ],
    ["a fee that is not there", -32_000, "insufficient funds for transfer", "ERR_CHAIN_INSUFFICIENT_FUNDS"],
    ["too little gas", -32_000, "gas required exceeds allowance (30000000)", "ERR_RPC_REJECTED"],
  ])("hears of %s from the estimate", async (_, rpcCode, text, code) => {
    const answers = { kaia_estimateGas: () => Promise.reject(rpcError(rpcCode, text)) };
    const error = await rejectedBy(prepare(answers, { to: contract, feePayer }).prepared, code);
    expect(error.retryable).toBe(false);
  });

  it("that calls where there is no contract is told so, and no estimate is asked for", async () => {
    for (const options of [{}, { feePayer }, { format: "kaia" as const }]) {
      const { node, prepare: prepareHere } = sceneOf();
      const call = { call: { to: person, abi: ["function sign(string message)"], function: "sign", args: ["hi"] } };
      const error = await rejectedBy(prepareHere(call, options), "ERR_CHAIN_INTENT_INVALID");
      expect(error.message).toContain("there is no contract");
      expect(node.count("kaia_estimateGas")).toBe(0);
    }
  });
});
