import { Transaction } from "ethers";
import { describe, expect, it } from "vitest";
import { evm, type EvmOptions } from "../../../src/chains/evm/index.ts";
import type { PreparedTransaction, PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, rpcError, type ScriptedNode, scriptedNode, trouble } from "../scripted-node.ts";
import { addressOfKey, sign } from "../signing.ts";

// Budget of the file: 4 s.

const key = "46".repeat(32);
const from = addressOfKey(key);
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const ether = 10n ** 18n;
const huge = `0x8${"0".repeat(63)}`;

function prepare(
  answers: Readonly<Record<string, Answer>>,
  { value = 1n, ...rest }: PrepareOptions & { value?: bigint } = {},
  options: Partial<EvmOptions<"main">> = {},
): { readonly node: ScriptedNode; readonly prepared: Promise<PreparedTransaction> } {
  const node = scriptedNode(answers);
  const chain = evm({ name: "main", chainId: 1, transport: node, ...options });
  return { node, prepared: chain.prepare({ transfer: { to, value } }, from, rest) };
}

describe("a node that lies", () => {
  it.each<readonly [string, Readonly<Record<string, Answer>>, string]>([
    ["a count of -1", { eth_getTransactionCount: "-0x1" }, "transaction count"],
    ["a count as a number", { eth_getTransactionCount: 1 }, "transaction count"],
    ["a count past 2^53", { eth_getTransactionCount: huge }, "transaction count"],
    ["no block", { eth_getBlockByNumber: null }, "latest block"],
    ["a block without a gas limit", { eth_getBlockByNumber: {} }, "block gas limit"],
    ["a base fee of text", { eth_getBlockByNumber: { gasLimit: "0x5208", baseFeePerGas: "much" } }, "base fee"],
    ["a balance of null", { eth_getBalance: null }, "balance"],
    ["a balance of 257 bits", { eth_getBalance: `0x1${"0".repeat(64)}` }, "balance"],
    ["a tip of -1", { eth_maxPriorityFeePerGas: "-0x1" }, "fee suggestion"],
    ["a tip of an object", { eth_maxPriorityFeePerGas: {} }, "fee suggestion"],
    ["no gas price", { eth_getBlockByNumber: { gasLimit: "0x5208" }, eth_gasPrice: null }, "fee suggestion"],
    ["an estimate of 0", { eth_estimateGas: "0x0" }, "gas estimate"],
    ["an estimate below a transfer's", { eth_estimateGas: "0x5207" }, "gas estimate"],
    ["an estimate above the block", { eth_estimateGas: "0x1c9c381" }, "gas estimate"],
    ["an estimate of 2^255", { eth_estimateGas: huge }, "gas estimate"],
  ])("about %s is refused", async (_, answers, what) => {
    const error = await rejectedBy(prepare(answers).prepared, "ERR_RPC_BAD_RESPONSE");
    expect(error.context).toEqual({ fault: "node", what });
    expect(error.message).toContain("Nothing was signed");
  });

  it.each<readonly [string, Readonly<Record<string, Answer>>]>([
    ["tip", { eth_maxPriorityFeePerGas: huge }],
    ["base fee", { eth_getBlockByNumber: { gasLimit: "0x1c9c380", baseFeePerGas: huge } }],
    ["base fee of 256 bits", { eth_getBlockByNumber: { gasLimit: "0x1c9c380", baseFeePerGas: `0x${"f".repeat(64)}` } }],
    ["gas price", { eth_getBlockByNumber: { gasLimit: "0x1c9c380" }, eth_gasPrice: huge }],
  ])("about the %s meets the ceiling", async (_, answers) => {
    await rejectedBy(prepare(answers).prepared, "ERR_CHAIN_FEE_TOO_HIGH");
  });

  it("about the fee meets the balance, where the ceiling was taken away", async () => {
    const answers = { eth_maxPriorityFeePerGas: huge };
    const { prepared } = prepare(answers, {}, { maxFeePerGas: 2n ** 300n });
    await rejectedBy(prepared, "ERR_CHAIN_INSUFFICIENT_FUNDS");
  });

  it("about the balance only gets its own refusal", async () => {
    const rich = { eth_getBalance: `0x${"f".repeat(64)}` };
    expect(await prepare(rich, { value: 2n ** 200n }).prepared).toMatchObject({ to });
    const refusing = {
      ...rich,
      eth_estimateGas: () => Promise.reject(rpcError(-32000, "insufficient funds for transfer")),
    };
    await rejectedBy(prepare(refusing, { value: 2n ** 200n }).prepared, "ERR_CHAIN_INSUFFICIENT_FUNDS");
  });

  it("about the count is not asked where the caller knows the nonce", async () => {
    const { node, prepared } = prepare({ eth_getTransactionCount: "0x3" }, { nonce: 7 });
    expect((await prepared).nonce).toBe(7);
    expect(node.count("eth_getTransactionCount")).toBe(0);
  });

  it("with a count at the end of numbers is followed as far as numbers go", async () => {
    const answers = { eth_getTransactionCount: "0x1fffffffffffff" };
    const last = await prepare(answers).prepared;
    expect(Transaction.from(sign(last, key).raw).nonce).toBe(Number.MAX_SAFE_INTEGER);
    const { prepared } = prepare(answers, { nonce: last.nonce + 1 });
    await rejectedBy(prepared, "ERR_CHAIN_INTENT_INVALID");
  });
});

describe("before anything is signed, an account", () => {
  it("that cannot pay the value is told so, and no estimate is asked", async () => {
    const { node, prepared } = prepare({}, { value: ether + 1n });
    const error = await rejectedBy(prepared, "ERR_CHAIN_INSUFFICIENT_FUNDS");
    expect(error.context).toEqual({ balance: ether, needed: ether + 1n });
    expect(node.count("eth_estimateGas")).toBe(0);
  });

  it("pays value and largest fee to the last wei, and not one more", async () => {
    const maxFee = 21_000n * (2n * 10n ** 9n + 1n);
    expect(await prepare({}, { value: ether - maxFee }).prepared).toMatchObject({ maxFee });
    const error = await rejectedBy(
      prepare({}, { value: ether - maxFee + 1n }).prepared,
      "ERR_CHAIN_INSUFFICIENT_FUNDS",
    );
    expect(error.context).toEqual({ balance: ether, needed: ether + 1n });
  });

  it.each(["ERR_RPC_TIMEOUT", "ERR_RPC_UNREACHABLE", "ERR_RPC_RATE_LIMITED", "ERR_RPC_NODE_FAULT"] as const)(
    "hears of %s as it is, whatever question met it",
    async (code) => {
      const methods = ["eth_chainId", "eth_getTransactionCount", "eth_getBlockByNumber", "eth_getBalance"];
      for (const method of [...methods, "eth_maxPriorityFeePerGas", "eth_estimateGas"]) {
        const error = trouble(code);
        const { prepared } = prepare({ [method]: () => Promise.reject(error) });
        expect(await rejectedBy(prepared, code)).toBe(error);
      }
    },
  );
});

it("the node is asked for the pending nonce and balance, and estimates what will be signed", async () => {
  const node = scriptedNode();
  const chain = evm({ name: "main", chainId: 1, transport: node });
  await chain.prepare({ data: { to, data: "0x1234", value: 5n } }, from.toLowerCase());
  expect(node.asked).toEqual([
    { method: "eth_chainId", params: [] },
    { method: "eth_getTransactionCount", params: [from, "pending"] },
    { method: "eth_getBlockByNumber", params: ["latest", false] },
    { method: "eth_getBalance", params: [from, "pending"] },
    { method: "eth_maxPriorityFeePerGas", params: [] },
    { method: "eth_estimateGas", params: [{ from, to, data: "0x1234", value: "0x5" }] },
  ]);
  await chain.prepare({ deploy: { bytecode: "0x60fe" } }, from);
  expect(node.asked.at(-1)?.params).toEqual([{ from, data: "0x60fe", value: "0x0" }]);
});
