import { describe, expect, it } from "vitest";
import { waitForReceipt } from "../../../src/chains/ethereum/receipts.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";
import type { TransactionReceipt, WaitOptions } from "../../../src/ports/chain-adapter.ts";
import { thrownBy } from "../../harness/errors.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, type Json, rpcError, type ScriptedNode, scriptedNode, trouble } from "../scripted-node.ts";

// Time is the manual clock's. Budget of the file: 3 s.

const hash = `0x${"aB".repeat(32)}` as const;
const blockHash = `0x${"cd".repeat(32)}`;
const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const contractAddress = "0x27b1fdb04752bbc536007a920d24acb045561c26";
const mined = {
  transactionHash: hash.toLowerCase(),
  blockHash,
  blockNumber: "0x10",
  status: "0x1",
  gasUsed: "0x5208",
  effectiveGasPrice: "0x3",
  to,
  contractAddress: null,
};
const expected: TransactionReceipt = {
  hash,
  status: "success",
  blockNumber: 16n,
  blockHash: `0x${"cd".repeat(32)}`,
  gasUsed: 21_000n,
  fee: 63_000n,
  contractAddress: null,
};

/** Answers in turn; the last one for good. An error is thrown. */
function inTurn(...answers: readonly (Json | Error)[]): Answer {
  let turn = 0;
  return () => {
    const answer = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

interface Wait {
  readonly clock: ManualClock;
  readonly node: ScriptedNode;
  readonly receipt: Promise<TransactionReceipt>;
}

function wait(answer: Answer, options?: WaitOptions, more: Readonly<Record<string, Answer>> = {}): Wait {
  const clock = new ManualClock();
  const node = scriptedNode({ eth_getTransactionReceipt: answer, ...more });
  const receipt = waitForReceipt(node, clock, hash, options);
  // Whoever gets it hears of its rejection; until then it may stand.
  receipt.catch(() => undefined);
  return { clock, node, receipt };
}

const asked = (node: ScriptedNode): number => node.count("eth_getTransactionReceipt");

describe("a receipt", () => {
  it("that is there is read at once", async () => {
    const { clock, node, receipt } = wait(mined);
    expect(await receipt).toEqual(expected);
    expect(node.asked).toEqual([{ method: "eth_getTransactionReceipt", params: [hash] }]);
    expect(clock.monotonicMs()).toBe(0);
  });

  it("is asked for until it is there, at growing intervals of at most a second", async () => {
    const { clock, node, receipt } = wait(inTurn(null, undefined, { ...mined, blockHash: null }, null, mined));
    const times: number[] = [];
    await clock.advance(0);
    while (clock.monotonicMs() < 1_000) {
      if (asked(node) > times.length) times.push(clock.monotonicMs());
      await clock.advance(1);
    }
    expect(await receipt).toEqual(expected);
    expect(times.map((time, index) => Math.floor(time - (times[index - 1] ?? 0)))).toEqual([0, 50, 75, 113, 169]);
  });

  it("is asked for again while the node is in trouble", async () => {
    const troubles = [
      "ERR_RPC_UNREACHABLE",
      "ERR_RPC_TIMEOUT",
      "ERR_RPC_RATE_LIMITED",
      "ERR_RPC_NODE_FAULT",
      "ERR_RPC_BAD_RESPONSE",
    ] as const;
    const { clock, node, receipt } = wait(inTurn(...troubles.map((code) => trouble(code)), mined));
    await clock.advance(0);
    await clock.advance(10_000);
    expect(await receipt).toEqual(expected);
    expect(asked(node)).toBe(troubles.length + 1);
  });

  it.each<readonly [ErrorCode, Error]>([
    ["ERR_RPC_REJECTED", rpcError(-32601, "the method does not exist")],
    ["ERR_CLOSED", trouble("ERR_CLOSED")],
  ])("is not asked for again after %s", async (code, error) => {
    const { clock, node, receipt } = wait(inTurn(error, mined));
    await clock.advance(10_000);
    expect(await rejectedBy(receipt, code)).toBe(error);
    expect(asked(node)).toBe(1);
  });

  it("is not asked for again after an error that is no Latchkey error", async () => {
    const bug = new TypeError("a bug");
    const { receipt } = wait(inTurn(bug, mined));
    expect(await thrownBy(() => receipt)).toBe(bug);
  });

  it("that does not come in time is given up with the hash, and is said to be possible yet", async () => {
    const { clock, node, receipt } = wait(null, { timeoutMs: 5_000 });
    await clock.advance(0);
    await clock.advance(4_000);
    const before = asked(node);
    await clock.advance(1_000);
    const error = await rejectedBy(receipt, "ERR_CHAIN_RECEIPT_TIMEOUT");
    expect(error).toMatchObject({ context: { hash }, retryable: true });
    expect(error.cause).toBeUndefined();
    expect(error.message).toMatch(/within 5000 ms.*do not send it anew/);
    const after = asked(node);
    expect(after).toBeGreaterThanOrEqual(before);
    await clock.advance(60_000);
    expect(asked(node)).toBe(after);
  });

  it("is waited for 2 minutes by default, and given up with the last trouble as the cause", async () => {
    const error = trouble("ERR_RPC_UNREACHABLE");
    const { clock, receipt } = wait(inTurn(null, error));
    await clock.advance(0);
    await clock.advance(118_000);
    const state = Promise.race([receipt.catch(() => "given up"), Promise.resolve("waiting")]);
    expect(await state).toBe("waiting");
    await clock.advance(2_000);
    expect(await rejectedBy(receipt, "ERR_CHAIN_RECEIPT_TIMEOUT")).toMatchObject({ cause: error });
  });

  it("is asked for once where no time is given", async () => {
    const { node, receipt } = wait(null, { timeoutMs: 0 });
    await rejectedBy(receipt, "ERR_CHAIN_RECEIPT_TIMEOUT");
    expect(asked(node)).toBe(1);
    expect(await wait(mined, { timeoutMs: 0 }).receipt).toEqual(expected);
  });

  it.each([NaN, -1, "1000", null, {}])("is not waited for with the time %s", async (timeoutMs) => {
    const node = scriptedNode({ eth_getTransactionReceipt: null });
    const given: unknown = Reflect.apply(waitForReceipt, undefined, [node, new ManualClock(), hash, { timeoutMs }]);
    await rejectedBy(Promise.resolve(given), "ERR_CONFIG_INVALID");
    expect(node.asked).toEqual([]);
  });
});

describe("the signal", () => {
  it("ends a wait before it begins", async () => {
    const reason = new Error("enough");
    const { node, receipt } = wait(mined, { signal: AbortSignal.abort(reason) });
    expect(await thrownBy(() => receipt)).toBe(reason);
    expect(node.asked).toEqual([]);
  });

  it("ends a pause", async () => {
    const stop = new AbortController();
    const { clock, node, receipt } = wait(null, { signal: stop.signal });
    await clock.advance(10);
    expect(asked(node)).toBe(1);
    stop.abort(new Error("enough"));
    expect(await thrownBy(() => receipt)).toBeInstanceOf(Error);
    await clock.advance(10_000);
    expect(asked(node)).toBe(1);
  });

  it("ends a question, with its own reason whatever the transport makes of it", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const { receipt } = wait(
      (_, options) => {
        expect(options.signal).toBe(stop.signal);
        stop.abort(reason);
        throw trouble("ERR_RPC_UNREACHABLE");
      },
      { signal: stop.signal },
    );
    expect(await thrownBy(() => receipt)).toBe(reason);
  });
});

describe("a receipt is read", () => {
  it.each<readonly [string, Readonly<Record<string, Json>>, Partial<TransactionReceipt>]>([
    ["of a transaction that reverted", { status: "0x0" }, { status: "reverted" }],
    [
      "of a deployment",
      { to: null, contractAddress },
      { contractAddress: "0x27b1fdb04752bbc536007a920d24acb045561c26" },
    ],
    [
      "of a deployment, without a destination",
      { to: undefined, contractAddress },
      { contractAddress: "0x27b1fdb04752bbc536007a920d24acb045561c26" },
    ],
    [
      "of a deployment that failed",
      { status: "0x0", to: null, contractAddress },
      { status: "reverted", contractAddress: null },
    ],
    ["of a call beside which the node shows a contract", { contractAddress }, { contractAddress: null }],
    ["with the hash in upper case", { transactionHash: `0x${hash.slice(2).toUpperCase()}` }, {}],
    ["with a gas price of 0", { effectiveGasPrice: "0x0" }, { fee: 0n }],
  ])("%s", async (_, changes, differences) => {
    expect(await wait({ ...mined, ...changes }).receipt).toEqual({ ...expected, ...differences });
  });

  it.each([undefined, null])("with the transaction's own price where the effective one is %s", async (price) => {
    const { node, receipt } = wait(
      { ...mined, effectiveGasPrice: price },
      {},
      { eth_getTransactionByHash: { gasPrice: "0x4" } },
    );
    expect((await receipt).fee).toBe(84_000n);
    expect(node.asked.at(-1)).toEqual({ method: "eth_getTransactionByHash", params: [hash] });
  });

  it("with that price after trouble in between", async () => {
    const price = inTurn(trouble("ERR_RPC_TIMEOUT"), { gasPrice: "0x4" });
    const { clock, receipt } = wait({ ...mined, effectiveGasPrice: null }, {}, { eth_getTransactionByHash: price });
    await clock.advance(0);
    await clock.advance(50);
    expect((await receipt).fee).toBe(84_000n);
  });

  it.each<readonly [string, Json]>([
    ["text", "0x"],
    ["an array", [mined]],
    ["false", false],
    ["of another transaction", { ...mined, transactionHash: `0x${"ee".repeat(32)}` }],
    ["of no transaction", { ...mined, transactionHash: null }],
    ["with a block hash of text", { ...mined, blockHash: "latest" }],
    ["without a status, as before Byzantium", { ...mined, status: undefined }],
    ["with a status of true", { ...mined, status: true }],
    ["with a status of 2", { ...mined, status: "0x2" }],
    ["without gas", { ...mined, gasUsed: undefined }],
    ["with negative gas", { ...mined, gasUsed: "-0x1" }],
    ["without a block number", { ...mined, blockNumber: null }],
    ["with a price in decimal", { ...mined, effectiveGasPrice: "3" }],
    ["with a contract that is none", { ...mined, to: null, contractAddress: "0x00" }],
    ["with a contract of 1 MB", { ...mined, to: null, contractAddress: `0x${"0".repeat(1_000_000)}` }],
  ])("and refused: %s", async (_, answer) => {
    const { node, receipt } = wait(answer);
    const error = await rejectedBy(receipt, "ERR_RPC_BAD_RESPONSE");
    expect(error.message.length).toBeLessThan(200);
    expect(asked(node)).toBe(1);
  });

  it.each<readonly [string, Json]>([
    ["null", null],
    ["without a price", {}],
  ])("and refused where the transaction to take the price from is %s", async (_, transaction) => {
    const { receipt } = wait({ ...mined, effectiveGasPrice: null }, {}, { eth_getTransactionByHash: transaction });
    await rejectedBy(receipt, "ERR_RPC_BAD_RESPONSE");
  });
});
