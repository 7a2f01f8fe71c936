import { createServer } from "node:http";
import * as ethers from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import { isKnownTransaction, refusal } from "../../../src/chains/ethereum/node-errors.ts";
import { isLatchkeyError, type LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { http } from "../../../src/rpc/http.ts";
import { thrownBy } from "../../harness/errors.ts";
import {
  insufficientFunds,
  knownTransaction,
  type NodeError,
  otherRefusals,
  reverted,
} from "../../vectors/evm-node-errors.ts";
import { rejectedBy } from "../refused.ts";
import { rpcError, trouble } from "../scripted-node.ts";

// Each error goes over HTTP, since the transport's reading of it is part of what is tested. Budget of the file: 4 s.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const hash = `0x${"ab".repeat(32)}` as const;
const signed = { raw: "0x02", hash, from: to, nonce: 0 } as const;
const healthy: Readonly<Record<string, unknown>> = {
  eth_chainId: "0x1",
  eth_getTransactionCount: "0x0",
  eth_getBlockByNumber: { gasLimit: "0x1c9c380", baseFeePerGas: "0x7" },
  eth_getBalance: "0xde0b6b3a7640000",
  eth_maxPriorityFeePerGas: "0x1",
};

/** What the node answers to all that `healthy` does not. */
let error: object = {};
function answerTo(asked: unknown): object {
  if (typeof asked !== "object" || asked === null || !("id" in asked) || !("method" in asked)) return {};
  const result = healthy[String(asked.method)];
  return { jsonrpc: "2.0", id: asked.id, ...(result === undefined ? { error } : { result }) };
}
const server = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const asked: unknown = JSON.parse(Buffer.concat(chunks).toString());
    response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answerTo) : answerTo(asked)));
  })();
});
let chain: ChainAdapter;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  chain = evm({ name: "main", chainId: 1, transport: http(`http://127.0.0.1:${String(address.port)}`) });
});
afterAll(async () => {
  await chain.close();
  server.closeAllConnections();
  server.close();
});

const broadcast = (): Promise<void> => chain.broadcast(signed);
const prepare = (): Promise<unknown> => chain.prepare({ transfer: { to, value: 1n } }, to);
const read = (): Promise<unknown> =>
  chain.read({ to, abi: ["function count() view returns (uint256)"], function: "count" });

async function codeOf(attempt: () => Promise<unknown>): Promise<string> {
  const thrown = await thrownBy(attempt);
  return isLatchkeyError(thrown) ? thrown.code : String(thrown);
}

function answer([, code, message]: NodeError): void {
  error = { code, message };
}

describe("a broadcast", () => {
  it.each(knownTransaction)("of bytes that %s has is a success (%i %s)", async (...given) => {
    answer(given);
    await expect(broadcast()).resolves.toBeUndefined();
  });

  it.each(otherRefusals)("that %s refuses for another reason is none (%i %s)", async (...given) => {
    answer(given);
    expect(await codeOf(broadcast)).toMatch(/^ERR_RPC_/);
  });

  it.each(insufficientFunds)("that %s refuses for want of funds says so (%i %s)", async (...given) => {
    answer(given);
    const thrown = await rejectedBy(broadcast(), "ERR_CHAIN_INSUFFICIENT_FUNDS");
    expect(isLatchkeyError(thrown.cause)).toBe(true);
  });
});

describe("an estimate and a read", () => {
  it.each(insufficientFunds)("that %s refuses for want of funds say so (%i %s)", async (...given) => {
    answer(given);
    expect(await codeOf(prepare)).toBe("ERR_CHAIN_INSUFFICIENT_FUNDS");
    expect(await codeOf(read)).toBe("ERR_CHAIN_INSUFFICIENT_FUNDS");
  });

  it.each(reverted)("that a contract refuses say so: %s (%i %s)", async (...given) => {
    answer(given);
    expect(await codeOf(prepare)).toBe("ERR_CHAIN_REVERTED");
    expect(await codeOf(read)).toBe("ERR_CHAIN_REVERTED");
  });

  it.each([
    ["geth, no state", -32000, "missing trie node 0xab (path )", "ERR_RPC_NODE_FAULT"],
    ["any, internal", -32603, "Internal error", "ERR_RPC_NODE_FAULT"],
    ["a provider", 429, "Too many requests: upgrade your plan", "ERR_RPC_RATE_LIMITED"],
    ["geth, gas", -32000, "gas required exceeds allowance (30000000)", "ERR_RPC_REJECTED"],
    ["anvil, gas", -32003, "Out of gas: gas required exceeds allowance: 30000000", "ERR_RPC_REJECTED"],
    ["Kaia, floor", -32000, "insufficient gas for floor data gas cost: gas 1, minimum needed 2", "ERR_RPC_REJECTED"],
    ["any, method", -32601, "the method does not exist/is not available", "ERR_RPC_REJECTED"],
  ])("that the node refuses come through as they are: %s (%i %s)", async (_, code, message, expected) => {
    error = { code, message };
    expect(await codeOf(prepare)).toBe(expected);
    expect(await codeOf(read)).toBe(expected);
  });
});

function refused(data: string | null, contract?: ethers.Interface, message = "execution reverted"): LatchkeyError {
  const given = rpcError(3, message, data);
  const thrown = refusal(ethers, given, contract);
  if (!isLatchkeyError(thrown, "ERR_CHAIN_REVERTED")) return expect.fail("it is no revert");
  expect(thrown.cause).toBe(given);
  expect(thrown.message).toMatch(/^The contract refused the call(?:: .{0,220})?\. Nothing was sent; /u);
  return thrown;
}

const errors = new ethers.Interface([
  "error Error(string)",
  "error NotYours(address owner, uint256 id)",
  "error Why(string text, tuple(bytes blob, bool[] flags) more)",
]);

describe("the reason of a revert", () => {
  it.each<readonly [string, string, string]>([
    ["Error(string)", errors.encodeErrorResult("Error", ["not yours"]), "not yours"],
    ["Panic(uint256)", `0x4e487b71${"0".repeat(62)}11`, "Panic(17)"],
    ["a custom error", errors.encodeErrorResult("NotYours", [to, 7n]), `NotYours(${to}, 7)`],
    ["a nested custom error", errors.encodeErrorResult("Why", ["x", ["0x12", [true]]]), "Why(x, 0x12,true)"],
    ["an empty Error(string)", errors.encodeErrorResult("Error", [""]), ""],
  ])("is read from %s", (_, data, reason) => {
    expect(refused(data, errors).context).toEqual({ reason, rpcData: data });
  });

  it.each<readonly [string, string | null]>([
    ["no data", null],
    ["empty data", "0x"],
    ["three bytes", "0x08c379"],
    ["a selector alone", "0x08c379a0"],
    ["a fake Error(string)", "0x08c379a0ffff"],
    ["an Error(string) with an offset out of bounds", `0x08c379a0${"f".repeat(64)}`],
    ["an Error(string) with a length of 2^255", `0x08c379a0${"0".repeat(62)}208${"0".repeat(63)}`],
    ["an Error(string) that is no UTF-8", `0x08c379a0${"0".repeat(62)}20${"0".repeat(63)}1ff${"0".repeat(62)}`],
    ["a Panic without a code", "0x4e487b71"],
    ["a custom error cut short", errors.encodeErrorResult("NotYours", [to, 7n]).slice(0, 80)],
    ["an error of another contract", "0xdeadbeef"],
  ])("is not known from %s", (_, data) => {
    expect(refused(data, errors).context).toEqual({ reason: null, rpcData: data });
  });

  it("is not taken from the ABI where none was given", () => {
    expect(refused(errors.encodeErrorResult("NotYours", [to, 7n])).context["reason"]).toBeNull();
    expect(refused(errors.encodeErrorResult("Error", ["plain"])).context["reason"]).toBe("plain");
  });

  it.each<readonly [string, string]>([
    ["10 KB", "x".repeat(10_240)],
    ["half a character at the cut", `${"x".repeat(199)}😀`],
    ["terminal escapes", "\u001b[2J\u001b]0;owned\u0007 \u009b31m"],
    ["line breaks", "one\r\nERROR two\u2028three\u2029four\u0085five"],
    ["a text that runs backwards", "a\u202eb\u2066c\u200f"],
    ["nothing but control characters", "\u0000".repeat(1_000)],
  ])("is made fit for a log: %s", (_, text) => {
    const { context, message } = refused(errors.encodeErrorResult("Error", [text]), errors);
    const reason = String(context["reason"]);
    expect(reason.length).toBeLessThanOrEqual(200);
    expect(reason).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(message).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(message.isWellFormed()).toBe(true);
    const custom = refused(errors.encodeErrorResult("Why", [text, ["0x", []]]), errors);
    expect(custom.message).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  it.each<readonly [string, string]>([
    ["10 MB", `0x08c379a0${"0".repeat(20_000_000)}`],
    ["just too long", `0x${"00".repeat(10_001)}`],
    ["text", "Reverted 0x08c379a0"],
    ["half a byte", "0x08c379a00"],
  ])("is not looked for in data that is no data, which is not kept: %s", (_, data) => {
    expect(refused(data, errors).context).toEqual({ reason: null, rpcData: null });
  });

  it("is looked for in the longest data that is kept", () => {
    const data = errors.encodeErrorResult("Error", ["x".repeat(9_888)]);
    expect(refused(data, errors).context).toMatchObject({ reason: "x".repeat(200), rpcData: data });
  });
});

describe("an answer that a transport takes for the node's own fault, or for a rate limit", () => {
  it("is read by its text all the same, for some nodes use the code of an internal error", () => {
    const node = (text: string): LatchkeyError => rpcError(-32603, text, null, "ERR_RPC_NODE_FAULT");
    expect(isKnownTransaction(node("already known"))).toBe(true);
    expect(refusal(ethers, node("insufficient funds"), undefined)).toMatchObject({
      code: "ERR_CHAIN_INSUFFICIENT_FUNDS",
    });
    expect(refusal(ethers, node("VM Exception: revert"), undefined)).toMatchObject({ code: "ERR_CHAIN_REVERTED" });
    const limited = rpcError(3, "execution reverted: rate limit", null, "ERR_RPC_RATE_LIMITED");
    expect(refusal(ethers, limited, undefined)).toMatchObject({ code: "ERR_CHAIN_REVERTED" });
  });
});

describe("an error that is no answer of a node", () => {
  it.each([
    ["a bug", new TypeError("execution reverted: already known")],
    ["nothing", undefined],
    ["text", "already known"],
    ["a lost connection", trouble("ERR_RPC_UNREACHABLE", { reason: "already known" })],
    ["a rate limit", rpcError(429, "already known, insufficient funds", null, "ERR_RPC_RATE_LIMITED")],
    ["another room's", trouble("ERR_STORE_FAILED", { rpcCode: 3, rpcMessage: "already known" })],
    ["a message of another kind", trouble("ERR_RPC_REJECTED", { rpcCode: 3, rpcMessage: 7 })],
  ])("comes back as it is: %s", (_, given) => {
    expect(refusal(ethers, given, undefined)).toBe(given);
    expect(isKnownTransaction(given)).toBe(false);
  });
});
