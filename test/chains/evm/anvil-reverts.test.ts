import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestBook } from "../../../examples/contracts/guest-book.ts";
import { isLatchkeyError, type LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { Abi } from "../../../src/ports/intent.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { type AnvilChain, from, reject, revertingWith, startAnvilChain } from "./anvil-account.ts";
import { rejectedBy } from "../refused.ts";

// Budget of the file: 8 s, the node's start included.

const { abi, bytecode } = guestBook;
const errors = new Interface([
  "error Error(string)",
  "error Panic(uint256)",
  "error NotYours(address owner, uint256 id)",
]);

let main: AnvilChain;
let book: string;
let rejecting: string;
beforeAll(async () => {
  main = await startAnvilChain();
  book = await main.deploy(bytecode);
  rejecting = await main.deploy(reject);
});
afterAll(() => main.stop());

/** How an estimate and a read end on a contract that reverts with `data`; both must end alike. */
async function revertedWith(data: string, more: Abi = []): Promise<LatchkeyError> {
  const call = { to: rejecting, abi: ["function act(bytes what)", ...more], function: "act", args: [data] };
  const estimate = await rejectedBy(main.prepare({ call }), "ERR_CHAIN_REVERTED");
  const read = await rejectedBy(main.chain.read(call), "ERR_CHAIN_REVERTED");
  expect(read.context).toEqual(estimate.context);
  expect(read.message).toBe(estimate.message);
  expect(isLatchkeyError(estimate.cause, "ERR_RPC_REJECTED")).toBe(true);
  return estimate;
}

describe("a revert on a real node", () => {
  it("with a custom error is named by the ABI, in an estimate and in a read", async () => {
    const call = { to: book, abi, function: "sign", args: [""] };
    const estimate = await rejectedBy(main.prepare({ call }), "ERR_CHAIN_REVERTED");
    expect(estimate.context["reason"]).toBe("MessageLength(0)");
    const read = main.chain.read({ to: book, abi, function: "entries", args: [9n] });
    expect((await rejectedBy(read, "ERR_CHAIN_REVERTED")).message).toMatch(/: NoSuchEntry\(9, 0\)\. Nothing was sent/);
  });

  it("with a custom error that the ABI has not keeps the data, for whoever has it", async () => {
    const data = errors.encodeErrorResult("NotYours", [from, 7n]);
    expect((await revertedWith(data)).context).toEqual({ reason: null, rpcData: data });
    const named = await revertedWith(data, ["error NotYours(address owner, uint256 id)"]);
    expect(named.context["reason"]).toBe(`NotYours(${from}, 7)`);
  });

  it.each([
    ["Error(string)", errors.encodeErrorResult("Error", ["not yours"]), "not yours"],
    ["Panic(uint256)", errors.encodeErrorResult("Panic", [0x11n]), "Panic(17)"],
    ["nothing", "0x", null],
    ["a fake Error(string)", "0x08c379a0ffff", null],
    ["bytes without a meaning", "0xfe", null],
    ["the words of a poor account", errors.encodeErrorResult("Error", ["insufficient funds"]), "insufficient funds"],
    ["the words of a rate limit", errors.encodeErrorResult("Error", ["too many requests"]), "too many requests"],
    ["the words of a known transaction", errors.encodeErrorResult("Error", ["already known"]), "already known"],
    ["10 KB of text", errors.encodeErrorResult("Error", ["x".repeat(9_000)]), "x".repeat(200)],
    ["terminal escapes", errors.encodeErrorResult("Error", ["a\u001b[31m\r\nb\u0000c\u202ed"]), "a [31m b c d"],
  ])("with %s", async (_, data, reason) => {
    const error = await revertedWith(data);
    expect(error.context).toEqual({ reason, rpcData: data });
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).not.toMatch(/\p{C}/u);
  });

  it("with 30 KB gives no reason and keeps no data", async () => {
    const data = errors.encodeErrorResult("Error", ["x".repeat(30_000)]);
    expect((await revertedWith(data)).context).toEqual({ reason: null, rpcData: null });
  });

  it.each<readonly [string, Hex, string | null]>([
    ["with a reason", revertingWith(errors.encodeErrorResult("Error", ["closed"])), "closed"],
    ["without data", revertingWith("0x"), null],
    ["by an invalid opcode", "0xfe", null],
  ])("of a deployment %s", async (_, code, reason) => {
    const error = await rejectedBy(main.prepare({ deploy: { bytecode: code } }), "ERR_CHAIN_REVERTED");
    expect(error.context["reason"]).toBe(reason);
  });

  it("of a value that the contract does not take", async () => {
    const call = { to: book, abi, function: "sign", args: ["paid"], value: 1n };
    await rejectedBy(main.prepare({ call }), "ERR_CHAIN_REVERTED");
  });

  it("leaves the account as it was: nothing was sent", async () => {
    const before = await main.anvil.request("eth_getTransactionCount", from, "pending");
    await revertedWith("0x");
    expect(await main.anvil.request("eth_getTransactionCount", from, "pending")).toBe(before);
  });
});
