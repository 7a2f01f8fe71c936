import { describe, expect, it } from "vitest";
import { accountState, blockHash, head } from "../../../src/chains/ethereum/chain-state.ts";
import { receiptsOf } from "../../../src/chains/ethereum/receipts.ts";
import type { ChainProfile } from "../../../src/ports/chain-profile.ts";
import { evm } from "../../../src/profiles/profiles.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, rpcError, type ScriptedNode, scriptedNode, trouble } from "../scripted-node.ts";

// Budget of the file: 1 s.

const hash = `0x${"ab".repeat(32)}` as const;
const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const block = (number: number) => ({ number: `0x${number.toString(16)}`, hash });

/** A node whose head is at 1,000. */
function nodeWith(finalized: Answer): ScriptedNode {
  return scriptedNode({
    eth_getBlockByNumber: ([tag], options) => {
      if (tag !== "finalized") return block(1_000);
      return typeof finalized === "function" ? finalized([tag], options) : finalized;
    },
  });
}

function headOf(finality: ChainProfile["finality"], finalized: Answer = block(900)) {
  return head(nodeWith(finalized), "eth", { ...evm, finality });
}

const refusing = (error: Error) => () => Promise.reject(error);

describe("the head", () => {
  it("is final at once, or at a depth, never below the first block", async () => {
    expect(await headOf({ kind: "instant" })).toEqual({ number: 1_000n, hash, finalized: 1_000n });
    expect((await headOf({ kind: "depth", blocks: 32 })).finalized).toBe(968n);
    expect((await headOf({ kind: "depth", blocks: 2_000 })).finalized).toBe(0n);
  });

  it.each<readonly [string, Answer, bigint]>([
    ["where the node says", block(900), 900n],
    ["at the head, where the node says beyond it", block(1_001), 1_000n],
    ["64 below, where the node has no such block", null, 936n],
    ["64 below, where geth has none yet", refusing(rpcError(-32_000, "finalized block not found")), 936n],
    ["64 below, where Besu has none yet", refusing(rpcError(-39_001, "Unknown block")), 936n],
    [
      "64 below, where the tag is unknown",
      refusing(rpcError(-32_602, "invalid argument 0: hex string without 0x")),
      936n,
    ],
  ])("by the tag is final %s", async (_, finalized, expected) => {
    expect((await headOf({ kind: "tag" }, finalized)).finalized).toBe(expected);
  });

  it("is not guessed where the node is in trouble, nor read where it lies", async () => {
    for (const code of [
      "ERR_RPC_TIMEOUT",
      "ERR_RPC_RATE_LIMITED",
      "ERR_RPC_NODE_FAULT",
      "ERR_RPC_BAD_RESPONSE",
    ] as const)
      await rejectedBy(headOf({ kind: "tag" }, refusing(trouble(code))), code);
    await rejectedBy(headOf({ kind: "tag" }, { number: "0x1" }), "ERR_RPC_BAD_RESPONSE");
  });
});

it("a block is none where the node has none, and refused where it is another", async () => {
  const answer = (eth_getBlockByNumber: Answer) => blockHash(scriptedNode({ eth_getBlockByNumber }), "eth", 7n);
  expect(await answer(block(7))).toBe(hash);
  expect(await answer(null)).toBeUndefined();
  expect(await answer(refusing(rpcError(-32_000, "the header does not exist (block number: 7)")))).toBeUndefined();
  await rejectedBy(answer(block(8)), "ERR_RPC_BAD_RESPONSE");
  await rejectedBy(answer(refusing(trouble("ERR_RPC_TIMEOUT"))), "ERR_RPC_TIMEOUT");
});

it("an account's state is checked, and its pending count is never behind its count", async () => {
  const answers: Readonly<Record<string, Answer>> = {
    eth_getTransactionCount: ([, tag]) => (tag === "latest" ? "0x5" : "0x4"),
    eth_getCode: `0xef0100${"00".repeat(19)}`,
  };
  const state = await accountState(scriptedNode(answers), "eth", address);
  expect(state).toEqual({ nonce: 5, pendingNonce: 5, balance: 10n ** 18n, isDelegated: false });
  await rejectedBy(accountState(scriptedNode({ eth_getCode: null }), "eth", address), "ERR_RPC_BAD_RESPONSE");
});

describe("receipts", () => {
  const receipt = {
    transactionHash: hash,
    blockHash: hash,
    blockNumber: "0x1",
    status: "0x1",
    gasUsed: "0x2",
    to: address,
  };
  it("are priced by the transaction where they show no price, and are none where there is no block", async () => {
    const node = scriptedNode({ eth_getTransactionReceipt: receipt, eth_getTransactionByHash: { gasPrice: "0x3" } });
    expect(await receiptsOf(node, [hash])).toMatchObject([{ fee: 6n, status: "success" }]);
    const pending = scriptedNode({ eth_getTransactionReceipt: { ...receipt, blockHash: null } });
    expect(await receiptsOf(pending, [hash])).toEqual([undefined]);
  });

  it("of another transaction are refused", async () => {
    const other = `0x${"cd".repeat(32)}` as const;
    const node = scriptedNode({ eth_getTransactionReceipt: { ...receipt, effectiveGasPrice: "0x1" } });
    await rejectedBy(receiptsOf(node, [other]), "ERR_RPC_BAD_RESPONSE");
  });

  it("that were too long together are asked for one by one", async () => {
    let asked = 0;
    const single = scriptedNode({ eth_getTransactionReceipt: { ...receipt, effectiveGasPrice: "0x1" } });
    const requestAll = (requests: readonly unknown[]): Promise<readonly PromiseSettledResult<unknown>[]> => {
      asked += 1;
      return Promise.resolve(
        requests.map(() => ({ status: "rejected", reason: trouble("ERR_RPC_BAD_RESPONSE") }) as const),
      );
    };
    expect(await receiptsOf({ ...single, requestAll }, [hash, hash])).toMatchObject([{ hash }, { hash }]);
    expect([asked, single.count("eth_getTransactionReceipt")]).toEqual([1, 2]);
  });
});
