import { getIcapAddress } from "ethers";
import { describe, expect, it, vi } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";
import { rejectedBy } from "../refused.ts";
import { scriptedNode } from "../scripted-node.ts";

// Budget of the file: 5 s.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const abi = [
  "function pay(uint8 amount, bool now)",
  "function twice(uint256 a)",
  "function twice(address a)",
  "function name(string text)",
  "function none()",
  "function all(tuple(bool[] flags, uint256 n) which)",
];
const canary = "canary-8f41c2";
const call = (changes: object): object => ({ call: { to, abi, function: "pay", args: [1, true], ...changes } });
const deploy = (changes: object): object => ({ deploy: { bytecode: "0x60fe", ...changes } });

/** An object whose own key is `data` and which inherits another intent. */
const inherited: unknown = Object.assign(Object.create({ transfer: { to, value: 1n } }), {
  data: { to, data: "0x1" },
});

const invalid: readonly (readonly [string, unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["text", "transfer"],
  ["a number", 1],
  ["an array", [{ transfer: { to, value: 1n } }]],
  ["a function", () => ({ transfer: { to, value: 1n } })],
  ["no kind", {}],
  ["an unknown kind", { burn: { to, value: 1n } }],
  ["a kind of every object", { constructor: { to, value: 1n } }],
  ["two kinds", { transfer: { to, value: 1n }, data: { to, data: "0x" } }],
  ["a kind and something else", { transfer: { to, value: 1n }, memo: "" }],
  ["an inherited kind alone", Object.create({ transfer: { to, value: 1n } })],
  ["an inherited kind beside a bad one", inherited],
  ...["transfer", "data", "call", "deploy"].flatMap((kind) =>
    [undefined, null, "text", 1n, []].map((value): [string, unknown] => [
      `${kind} of ${typeof value} ${String(value)}`,
      { [kind]: value },
    ]),
  ),
  ["no value", { transfer: { to } }],
  ...[-1n, 2n ** 256n, 1, 1.5, NaN, "1", "0x1", null, true, {}, Object(1n)].map((value: unknown): [string, unknown] => [
    `value ${typeof value} ${String(value)}`,
    { transfer: { to, value } },
  ]),
  ["data in a transfer", { transfer: { to, value: 1n, data: "0x01" } }],
  ["a memo in a transfer", { transfer: { to, value: 1n, memo: "thanks" } }],
  ["a typing mistake in a call", call({ vale: 1n })],
  ["gas in a deployment", deploy({ gas: 1n })],
  ["value of data", { data: { to, data: "0x", value: -1n } }],
  ["value of a call", call({ value: 2n ** 256n })],
  ["value of a deployment", deploy({ value: 1 })],
  ...["", "0x1", "00", "0xzz", "0X00", "0x00\n", 0, null, new Uint8Array(2), undefined].map(
    (data: unknown): [string, unknown] => [`data ${typeof data} ${JSON.stringify(data)}`, { data: { to, data } }],
  ),
  ["data of over 512 KiB", { data: { to, data: `0x${"00".repeat(512 * 1024 + 1)}` } }],
  ["data of 64 MB", { data: { to, data: `0x${"00".repeat(2 ** 25)}` } }],
  ["no bytecode", deploy({ bytecode: "0x" })],
  ["bytecode undefined", deploy({ bytecode: undefined })],
  ["bytecode with a library to link", deploy({ bytecode: "0x73__$1234567890abcdef$__63" })],
  ["bytecode of over 512 KiB", deploy({ bytecode: `0x${"00".repeat(512 * 1024 + 1)}` })],
  ["arguments that no constructor takes", deploy({ args: [1n] })],
  ["too few arguments for the constructor", deploy({ abi: ["constructor(uint256 a)"] })],
  ["a constructor's bool as text", deploy({ abi: ["constructor(bool a)"], args: ["false"] })],
  ["two constructors", deploy({ abi: ["constructor()", "constructor(uint256 a)"], args: [] })],
  ["no ABI", call({ abi: undefined })],
  ["an ABI of text", call({ abi: JSON.stringify(abi) })],
  ["an ABI of null", call({ abi: null })],
  ["an ABI that is an object", call({ abi: { 0: abi[0], length: 1 } })],
  ["an entry of the ABI that is nonsense", call({ abi: [...abi, `nonsense ${canary}(`] })],
  ["an entry of the ABI of unknown type", call({ abi: [...abi, { type: "struct", name: canary }] })],
  ["an entry of the ABI that is null", call({ abi: [...abi, null] })],
  ["no function's name", call({ function: undefined })],
  ["a function's name that is a number", call({ function: 7 })],
  ["an empty name", call({ function: "" })],
  ["an unknown function", call({ function: canary })],
  ["an unknown signature", call({ function: "pay(uint256)" })],
  ["a broken signature", call({ function: "pay(" })],
  ["a property of every object", call({ function: "toString", args: [] })],
  ["a function of that name twice", call({ function: "twice", args: [1n] })],
  ["no arguments", call({ args: undefined })],
  ["too few arguments", call({ args: [1] })],
  ["too many arguments", call({ args: [1, true, 2] })],
  ["arguments that are no array", call({ args: { amount: 1, now: true } })],
  ["arguments that are text", call({ args: "ab" })],
  ["arguments that are null", call({ args: null })],
  ["arguments by name, with a length", call({ args: { length: 2, amount: 1, now: true } })],
  ["null for no arguments", call({ function: "none", args: null })],
  ["text for no arguments", call({ function: "none", args: "" })],
  ["arguments with only a length", call({ args: { length: 2, 0: 1, 1: true } })],
  ["a number too large for its type", call({ args: [256, true] })],
  ["a negative number", call({ args: [-1, true] })],
  ["a fraction", call({ args: [1.5, true] })],
  ["a number past 2^53", call({ function: "twice(uint256)", args: [2 ** 53] })],
  ["text for a number", call({ args: [canary, true] })],
  ["empty text for a number", call({ args: ["", true] })],
  ["null for a number", call({ args: [null, true] })],
  ["an object for a number", call({ args: [{ toString: () => "1" }, true] })],
  ["text for a bool", call({ args: [1, "false"] })],
  ["a number for a bool", call({ args: [1, 1] })],
  ["undefined for a bool", call({ args: [1, undefined] })],
  ["text for a bool, deep", call({ function: "all", args: [{ flags: [true, "no"], n: 1n }] })],
  ["text for a bool, deep in arrays", call({ function: "all", args: [[["no"], 1n]] })],
  ["a number for text", call({ function: "name", args: [7] })],
  ["text with half a character", call({ function: "name", args: [`\ud800${canary}`] })],
  ["a wrong checksum in an argument", call({ function: "twice(address)", args: [to.replace("A", "a")] })],
  ["an ENS name in an argument", call({ function: "twice(address)", args: ["vitalik.eth"] })],
  ["arguments of over 512 KiB", call({ function: "name", args: ["x".repeat(513 * 1024)] })],
];

const badAddresses: readonly (readonly [string, unknown])[] = [
  undefined,
  null,
  "",
  "vitalik.eth",
  to.slice(2),
  getIcapAddress(to),
  to.replace("A", "a"),
  `${to}00`,
].flatMap((bad): [string, unknown][] => [
  [`transfer to ${String(bad)}`, { transfer: { to: bad, value: 1n } }],
  [`data to ${String(bad)}`, { data: { to: bad, data: "0x" } }],
  [`call to ${String(bad)}`, call({ to: bad })],
]);

/** Calls as plain JavaScript can: with anything. */
async function refusedBeforeTheNode(intent: unknown, code: ErrorCode, from: unknown = to): Promise<void> {
  const node = scriptedNode();
  const chain = evm({ name: "main", chainId: 1, transport: node });
  const printed = vi.spyOn(console, "log");
  const prepared: unknown = Reflect.apply(chain.prepare, chain, [intent, from]);
  const error = await rejectedBy(Promise.resolve(prepared), code);
  expect(node.asked).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
  expect(error.message).toContain("Nothing was signed or sent");
  expect(error.message.length).toBeLessThan(250);
  expect(error.cause).toBeUndefined();
  expect(error.retryable).toBe(false);
  expect(JSON.stringify(error) + String(error.stack)).not.toContain(canary);
}

describe("before any node is asked", () => {
  it.each(invalid)("an intent is refused: %s", async (_, intent) => {
    await refusedBeforeTheNode(intent, "ERR_CHAIN_INTENT_INVALID");
  });

  it.each(badAddresses)("an address is refused: %s", async (_, intent) => {
    await refusedBeforeTheNode(intent, "ERR_CHAIN_ADDRESS_INVALID");
  });

  it.each([null, "", "vitalik.eth", to.replace("A", "a")])("a sender is refused: %s", async (from) => {
    await refusedBeforeTheNode({ transfer: { to, value: 1n } }, "ERR_CHAIN_ADDRESS_INVALID", from);
  });

  it.each([
    ["undefined", undefined, "ERR_CHAIN_INTENT_INVALID"],
    ["null", null, "ERR_CHAIN_INTENT_INVALID"],
    ["no address", { abi, function: "pay", args: [1, true] }, "ERR_CHAIN_ADDRESS_INVALID"],
    ["an unknown function", { to, abi, function: "nowhere" }, "ERR_CHAIN_INTENT_INVALID"],
    ["an overloaded function", { to, abi, function: "twice", args: [1n] }, "ERR_CHAIN_INTENT_INVALID"],
    ["a bool of text", { to, abi, function: "pay", args: [1, "false"] }, "ERR_CHAIN_INTENT_INVALID"],
  ] as const)("a read is refused: %s", async (_, read, code) => {
    const node = scriptedNode();
    const chain = evm({ name: "main", chainId: 1, transport: node });
    await rejectedBy(Promise.resolve(Reflect.apply(chain.read, chain, [read])), code);
    expect(node.asked).toEqual([]);
  });

  it("a balance of what is no address is refused", async () => {
    const node = scriptedNode();
    const chain = evm({ name: "main", chainId: 1, transport: node });
    await rejectedBy(chain.getBalance("vitalik.eth"), "ERR_CHAIN_ADDRESS_INVALID");
    expect(node.asked).toEqual([]);
  });
});

it("a good intent passes, so that the refusals above are the intents' doing", async () => {
  const chain = evm({ name: "main", chainId: 1, transport: scriptedNode() });
  for (const intent of [
    { transfer: { to, value: 2n ** 20n } },
    { data: { to, data: `0x${"00".repeat(512 * 1024)}` } },
    { call: { to, abi, function: "pay", args: [1, true] } },
    { call: { to, abi, function: "all", args: [{ flags: [true, false], n: 1n }] } },
  ] as const)
    expect(await chain.prepare(intent, to)).toMatchObject({ to, nonce: 0 });
  expect(await chain.prepare({ deploy: { bytecode: "0x60fe" } }, to)).toMatchObject({ to: null });
});

it("a call of an address without a contract is refused before anything is signed; data still goes there", async () => {
  const transport = scriptedNode({ eth_getCode: "0x" });
  const chain = evm({ name: "main", chainId: 1, transport });
  const error = await rejectedBy(
    chain.prepare({ call: { to, abi, function: "pay", args: [1, true] } }, to),
    "ERR_CHAIN_INTENT_INVALID",
  );
  expect(error.message).toContain("no contract");
  expect(transport.count("eth_estimateGas")).toBe(0);
  expect(await chain.prepare({ data: { to, data: "0x01" } }, to)).toMatchObject({ to });
  for (const code of [null, "0xz", 1, undefined]) {
    const lying = evm({ name: "main", chainId: 1, transport: scriptedNode({ eth_getCode: code }) });
    await rejectedBy(
      lying.prepare({ call: { to, abi, function: "pay", args: [1, true] } }, to),
      "ERR_RPC_BAD_RESPONSE",
    );
  }
});
