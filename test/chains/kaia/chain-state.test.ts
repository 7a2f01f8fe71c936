import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import type { EncodedIntent } from "../../../src/ports/intent.ts";
import type { TransactionReceipt } from "../../../src/ports/chain-adapter.ts";
import { recording } from "../../kaia-node/recordings.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, rpcError, trouble } from "../scripted-node.ts";
import { chainId, contract, from, hex, kaiaCoin, payer, person, sceneOf } from "./scene.ts";

// What the sender asks of the node between sends. Budget of the file: 3 s.

const hash = `0x${"ab".repeat(32)}` as const;
const other = `0x${"cd".repeat(32)}` as const;
const identity = { method: "kaia_chainID", params: [] };

describe("the state of an account", () => {
  const answers = {
    kaia_getTransactionCount: ([, block]: readonly unknown[]) => (block === "pending" ? "0x9" : "0x7"),
    kaia_getBalance: hex(kaiaCoin),
    kaia_getCode: "0x",
  };

  it("is asked in Kaia's namespace", async () => {
    const { node, chain } = sceneOf(answers);
    const state = await chain.accountState(from.toLowerCase());
    expect(state).toEqual({ nonce: 7, pendingNonce: 9, balance: kaiaCoin, isDelegated: false });
    expect(node.asked).toEqual([
      identity,
      { method: "kaia_getTransactionCount", params: [from, "latest"] },
      { method: "kaia_getTransactionCount", params: [from, "pending"] },
      { method: "kaia_getBalance", params: [from, "latest"] },
      { method: "kaia_getCode", params: [from, "latest"] },
    ]);
  });

  it.each([
    [String(recording("7702.code").result), true],
    [`0xEF0100${"AB".repeat(20)}`, true],
    [`0xef0100${"ab".repeat(21)}`, false],
    ["0x6001", false],
  ])("with the code %s tells whether it is delegated: %s", async (code, isDelegated) => {
    const { chain } = sceneOf({ ...answers, kaia_getCode: code });
    expect(await chain.accountState(from)).toMatchObject({ isDelegated });
  });

  it.each<readonly [string, Readonly<Record<string, Answer>>]>([
    ["a count", { kaia_getTransactionCount: "-0x1" }],
    ["a balance", { kaia_getBalance: 1 }],
    ["code", { kaia_getCode: null }],
  ])("is refused where the node lies about %s", async (_, lie) => {
    const { chain } = sceneOf({ ...answers, ...lie });
    await rejectedBy(chain.accountState(from), "ERR_RPC_BAD_RESPONSE");
  });
});

describe("the counts of several accounts", () => {
  it("come in the order asked, at the latest block or another", async () => {
    const { node, chain } = sceneOf({
      kaia_getTransactionCount: ([address, block]) => (address === from ? "0x3" : block === "latest" ? "0x5" : "0x4"),
    });
    expect(await chain.nonces([person, from])).toEqual([5, 3]);
    expect(await chain.nonces([person.toLowerCase()], 255n)).toEqual([4]);
    expect(node.asked.at(-1)).toEqual({ method: "kaia_getTransactionCount", params: [person, "0xff"] });
  });
});

describe("the head", () => {
  it("is final as soon as it is there, and asked for without its transactions", async () => {
    const { node, chain } = sceneOf({ kaia_getHeaderByNumber: { number: "0x10", hash } });
    expect(await chain.head()).toEqual({ number: 16n, hash, finalized: 16n });
    expect(node.asked).toEqual([identity, { method: "kaia_getHeaderByNumber", params: ["latest"] }]);
  });

  it("is read from a real node's answer", async () => {
    const { result } = recording("ns.kaia.getHeaderByNumber");
    const { chain } = sceneOf({ kaia_getHeaderByNumber: () => result });
    expect(await chain.head()).toMatchObject(result instanceof Object && "hash" in result ? { hash: result.hash } : {});
  });

  it.each([null, {}, { number: "0x10" }, { number: 16, hash }, { number: "0x10", hash: "0xab" }, [hash]])(
    "is refused: %j",
    async (header) => {
      await rejectedBy(sceneOf({ kaia_getHeaderByNumber: header }).chain.head(), "ERR_RPC_BAD_RESPONSE");
    },
  );
});

describe("the hash of a block", () => {
  it("is asked for by its height", async () => {
    const { node, chain } = sceneOf({ kaia_getHeaderByNumber: { number: "0x10", hash } });
    expect(await chain.blockHash(16n)).toBe(hash);
    expect(node.asked.at(-1)).toEqual({ method: "kaia_getHeaderByNumber", params: ["0x10"] });
    await rejectedBy(chain.blockHash(17n), "ERR_RPC_BAD_RESPONSE");
  });

  it.each([
    "the block does not exist (block number: 4294967295)",
    "the header does not exist (block number: 4294967295)",
  ])("is none where a node says: %s", async (text) => {
    for (const code of ["ERR_RPC_REJECTED", "ERR_RPC_NODE_FAULT"] as const) {
      const { chain } = sceneOf({ kaia_getHeaderByNumber: () => Promise.reject(rpcError(-32_000, text, null, code)) });
      expect(await chain.blockHash(16n)).toBeUndefined();
    }
  });

  it("is not told by a node in trouble", async () => {
    const { chain } = sceneOf({ kaia_getHeaderByNumber: () => Promise.reject(trouble("ERR_RPC_TIMEOUT")) });
    await rejectedBy(chain.blockHash(16n), "ERR_RPC_TIMEOUT");
  });
});

describe("what an account has sent in a block", () => {
  const mine = (nonce: number, address = from): Answer => ({ from: address.toLowerCase(), hash, nonce: hex(nonce) });

  it("is told in the block's order, and nobody else's", async () => {
    const transactions = [mine(5), mine(9, person), { ...Object(mine(4)), hash: other }];
    const { node, chain } = sceneOf({ kaia_getBlockByNumber: () => ({ number: "0x10", transactions }) });
    expect(await chain.sentIn(16n, from.toLowerCase())).toEqual([
      { hash, nonce: 5 },
      { hash: other, nonce: 4 },
    ]);
    expect(node.asked.at(-1)).toEqual({ method: "kaia_getBlockByNumber", params: ["0x10", true] });
  });

  it.each<readonly [string, unknown]>([
    ["no block", null],
    ["another block", { number: "0x11", transactions: [] }],
    ["no list", { number: "0x10", transactions: {} }],
    ["hashes alone", { number: "0x10", transactions: [hash] }],
    ["no hash", { number: "0x10", transactions: [{ from, nonce: "0x1" }] }],
    ["a nonce of text", { number: "0x10", transactions: [{ from, hash, nonce: "one" }] }],
  ])("is refused from an answer with %s", async (_, block) => {
    const { chain } = sceneOf({ kaia_getBlockByNumber: () => block });
    await rejectedBy(chain.sentIn(16n, from), "ERR_RPC_BAD_RESPONSE");
  });
});

describe("several receipts", () => {
  const receiptOf = (of: string): Readonly<Record<string, unknown>> => ({
    transactionHash: of,
    blockHash: other,
    blockNumber: "0x7",
    status: "0x1",
    gasUsed: "0x5208",
    effectiveGasPrice: "0x64",
    to: payer.toLowerCase(),
    contractAddress: null,
    typeInt: 9,
    feePayer: payer.toLowerCase(),
  });

  it("come in the order asked, and are missing where there is no block", async () => {
    const { chain } = sceneOf({
      kaia_getTransactionReceipt: ([asked]) =>
        asked === hash ? receiptOf(hash) : asked === other ? { ...receiptOf(other), blockHash: null } : null,
    });
    const missing = `0x${"ef".repeat(32)}` as const;
    const receipts = await chain.receipts([missing, hash, other, hash]);
    expect(receipts.map((each) => each?.hash)).toEqual([undefined, hash, undefined, hash]);
    expect(receipts[1]).toMatchObject({ fee: 0n, feePayer: { address: payer, fee: 2_100_000n }, blockNumber: 7n });
    expect(await chain.receipts([])).toEqual([]);
  });

  it("are refused where one is of another transaction", async () => {
    const { chain } = sceneOf({ kaia_getTransactionReceipt: () => receiptOf(hash) });
    await rejectedBy(chain.receipts([hash, other]), "ERR_RPC_BAD_RESPONSE");
  });
});

describe("why it was reverted", () => {
  const errors = ["error NotYours(address owner)"];
  const data = new Interface(errors).encodeErrorResult("NotYours", [person]);
  const intent: EncodedIntent = {
    kind: "data",
    to: contract,
    value: 5n,
    data: "0x1234",
    function: null,
    args: [],
    token: null,
    errors,
  };
  const receipt = (failure?: string): TransactionReceipt => ({
    hash,
    status: "reverted",
    blockNumber: 16n,
    blockHash: other,
    gasUsed: 50_000n,
    fee: 0n,
    contractAddress: null,
    ...(failure === undefined ? {} : { failure }),
  });

  it("is found by running it again on the block before, in Kaia's namespace", async () => {
    const { node, chain } = sceneOf({ kaia_call: () => Promise.reject(rpcError(3, "execution reverted", data)) });
    expect(await chain.revertReason(intent, from.toLowerCase(), receipt("reverted"))).toBe(`NotYours(${person})`);
    const call = { from, to: contract, data: "0x1234", value: "0x5" };
    expect(node.asked).toEqual([identity, { method: "kaia_call", params: [call, "0xf"] }]);
  });

  it.each(["out of gas", "computation cost limit", "code too large"])(
    "is what the receipt says where it says more: %s",
    async (failure) => {
      const { node, chain } = sceneOf();
      expect(await chain.revertReason(intent, from, receipt(failure))).toBe(failure);
      expect(node.asked).toEqual([]);
    },
  );

  it("is not known of old blocks, whose state the node has forgotten", async () => {
    const { message, code } = recording("state.old").error ?? expect.fail("no error");
    for (const fault of ["ERR_RPC_REJECTED", "ERR_RPC_NODE_FAULT"] as const) {
      const error = rpcError(Number(code), String(message), null, fault);
      const { chain } = sceneOf({ kaia_call: () => Promise.reject(error) });
      expect(await chain.revertReason(intent, from, receipt("reverted"))).toBeUndefined();
    }
  });

  it("is not known where it succeeds now, and there is none of a success", async () => {
    const { node, chain } = sceneOf({ kaia_call: "0x" });
    expect(await chain.revertReason(intent, from, receipt("reverted"))).toBeUndefined();
    const asked = node.asked.length;
    expect(await chain.revertReason(intent, from, { ...receipt(), status: "success" })).toBeUndefined();
    expect(node.asked).toHaveLength(asked);
  });
});

it("every question is asked of the configured chain alone", async () => {
  const ask = [
    (chain: ReturnType<typeof sceneOf>["chain"]) => chain.accountState(from),
    (chain: ReturnType<typeof sceneOf>["chain"]) => chain.nonces([from]),
    (chain: ReturnType<typeof sceneOf>["chain"]) => chain.head(),
    (chain: ReturnType<typeof sceneOf>["chain"]) => chain.blockHash(1n),
    (chain: ReturnType<typeof sceneOf>["chain"]) => chain.sentIn(1n, from),
    (chain: ReturnType<typeof sceneOf>["chain"]) => chain.receipts([hash]),
    (chain: ReturnType<typeof sceneOf>["chain"]) => chain.suggestFee(),
  ];
  for (const question of ask) {
    const { node, chain } = sceneOf({ kaia_chainID: hex(chainId + 1) });
    await rejectedBy(question(chain), "ERR_CHAIN_ID_MISMATCH");
    expect(node.asked).toEqual([identity]);
  }
});
