import * as ethers from "ethers";
import { describe, expect, it } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import type { PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, type ScriptedNode, scriptedNode } from "../scripted-node.ts";
import { addressOfKey, sign } from "../signing.ts";

// Budget of the file: 2 s.

const key = "46".repeat(32);
const from = addressOfKey(key);
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const fee = { perGas: 30n, tip: 3n };
const all = { nonce: 4, gasLimit: 50_000n, fee } as const;
const intent = { transfer: { to, value: 5n } };
const ether = 10n ** 18n;

function chainOf(node: ScriptedNode) {
  return evm({ name: "main", chainId: 1, transport: node });
}

function asked(options: PrepareOptions, answers: Readonly<Record<string, Answer>> = {}) {
  const node = scriptedNode(answers);
  return { node, prepared: chainOf(node).prepare(intent, from, options) };
}

describe("what the caller gives", () => {
  it("is not asked: with nonce, gas and fee there is no question at all", async () => {
    const { node, prepared } = asked(all);
    const transaction = await prepared;
    expect(node.asked).toEqual([]);
    expect(transaction).toMatchObject({ ...all, to, maxFee: 1_500_000n });
    const { raw } = sign(transaction, key);
    expect(ethers.Transaction.from(raw)).toMatchObject({
      type: 2,
      nonce: 4,
      gasLimit: 50_000n,
      maxFeePerGas: 30n,
      maxPriorityFeePerGas: 3n,
      value: 5n,
      from,
    });
    expect(transaction.unsigned).toBe(ethers.Transaction.from(raw).unsignedSerialized);
  });

  it.each<readonly [string, PrepareOptions, readonly string[]]>([
    ["nonce", { gasLimit: 50_000n, fee }, ["eth_chainId", "eth_getTransactionCount", "eth_getBalance"]],
    ["gas", { nonce: 4, fee }, ["eth_chainId", "eth_getBlockByNumber", "eth_getBalance", "eth_estimateGas"]],
    [
      "fee",
      { nonce: 4, gasLimit: 50_000n },
      ["eth_chainId", "eth_getBlockByNumber", "eth_getBalance", "eth_maxPriorityFeePerGas"],
    ],
  ])("leaves the %s to be asked, and the balance", async (_, options, methods) => {
    const { node, prepared } = asked(options);
    await prepared;
    expect(node.asked.map(({ method }) => method)).toEqual(methods);
  });

  it("is signed the same from the intent as stored, and from the intent itself", async () => {
    const node = scriptedNode();
    const chain = chainOf(node);
    for (const each of [
      intent,
      { token: { contract: to, to: from, amount: 7n } },
      { deploy: { bytecode: "0x60fe" } },
    ] as const) {
      const encoded = await chain.encode(each);
      const again = await chain.prepare(encoded, from, all);
      expect(bytesOf(again)).toBe(bytesOf(await chain.prepare(each, from, all)));
      expect(again.to).toBe(encoded.to);
    }
    expect(node.asked).toEqual([]);
  });

  it("counts what others may still take", async () => {
    const needed = 5n + 50_000n * 30n;
    const options = { gasLimit: 50_000n, fee };
    await asked({ ...options, committed: ether - needed }).prepared;
    const { node, prepared } = asked({ ...options, committed: ether - needed + 1n });
    await rejectedBy(prepared, "ERR_CHAIN_INSUFFICIENT_FUNDS");
    expect(node.asked.find(({ method }) => method === "eth_getBalance")?.params).toEqual([from, "latest"]);
  });

  it.each<readonly [string, Record<string, unknown>]>([
    ["nonce", { nonce: -1 }],
    ["nonce", { nonce: 2 ** 53 }],
    ["gas limit", { gasLimit: 20_999n }],
    ["gas limit", { gasLimit: 2n ** 53n + 1n }],
    ["gas limit", { gasLimit: 21_000 }],
    ["fee", { fee: { perGas: 1n, tip: 2n } }],
    ["fee", { fee: { perGas: 1, tip: 0 } }],
    ["fee", { fee: null }],
    ["speed", { speed: "warp" }],
    ["committed", { committed: -1n }],
  ])("is refused for its %s (case %#)", async (what, change) => {
    const node = scriptedNode();
    const chain = chainOf(node);
    // As JavaScript may call it, where no compiler looks at the options.
    const attempt = async (): Promise<unknown> => await Reflect.apply(chain.prepare, chain, [intent, from, change]);
    expect((await rejectedBy(attempt(), "ERR_CHAIN_INTENT_INVALID")).message).toContain(what);
    expect(node.asked).toEqual([]);
  });

  it("meets the ceiling", async () => {
    const chain = evm({ name: "main", chainId: 1, transport: scriptedNode(), maxFeePerGas: 29n });
    await rejectedBy(chain.prepare(intent, from, all), "ERR_CHAIN_FEE_TOO_HIGH");
  });
});

describe("a cancel", () => {
  it("is a transfer of nothing to oneself, with a transfer's gas", async () => {
    const node = scriptedNode();
    const prepared = await chainOf(node).prepare({ cancel: { nonce: 9 } }, from, { fee });
    expect(node.asked).toEqual([]);
    const parsed = ethers.Transaction.from(sign(prepared, key).raw);
    expect(parsed).toMatchObject({ nonce: 9, to: from, value: 0n, data: "0x", gasLimit: 21_000n });
  });
});

describe("the fee to offer", () => {
  it.each([
    ["slow", { perGas: 1_250_000_100n, tip: 100n }],
    ["standard", { perGas: 2_000_000_100n, tip: 100n }],
    ["fast", { perGas: 2_000_000_150n, tip: 150n }],
  ] as const)("is by speed: %s", async (speed, expected) => {
    const chain = chainOf(scriptedNode({ eth_maxPriorityFeePerGas: "0x64" }));
    expect(await chain.suggestFee({ speed })).toEqual(expected);
    // Once the form of the chain's blocks is known, both questions go together.
    expect(await chain.suggestFee({ speed })).toEqual(expected);
  });

  it("is one price before London, and what is given is written as such from then on", async () => {
    const chain = chainOf(scriptedNode({ eth_getBlockByNumber: { gasLimit: "0x1c9c380" }, eth_gasPrice: "0x64" }));
    expect(await chain.suggestFee()).toEqual({ perGas: 100n, tip: 0n });
    expect(await chain.suggestFee({ speed: "fast" })).toEqual({ perGas: 150n, tip: 0n });
    const parsed = ethers.Transaction.from(sign(await chain.prepare(intent, from, all), key).raw);
    expect(parsed).toMatchObject({ type: 0, gasPrice: 30n, from });
    expect(chain.replacementFee({ perGas: 100n, tip: 0n }, { perGas: 1n, tip: 0n })).toEqual({ perGas: 110n, tip: 0n });
  });
});

function bytesOf({ unsigned }: { readonly unsigned?: string }): string {
  return unsigned ?? expect.fail("no bytes");
}
