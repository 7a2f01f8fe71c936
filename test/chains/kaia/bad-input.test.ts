import { describe, expect, it, vi } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import { kaia } from "../../../src/chains/kaia/index.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";
import type { PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import { rejectedBy } from "../refused.ts";
import { scriptedNode } from "../scripted-node.ts";
import { chainId, key, payer, payerKey, person, scriptedKaia, sceneOf, signerOf } from "./scene.ts";

// What ethers' encoding refuses is in test/chains/evm/bad-intents.test.ts. Budget of the file: 5 s.

const feePayer = signerOf(payerKey);
const transfer = { transfer: { to: person, value: 1n } };
const canary = "canary-8f41c2";
/** Put where something else belongs, by mistake. */
const leaked = `0x${key}`;
const memo = (value: unknown): object => ({ transfer: { to: person, value: 1n, memo: value } });
const mb = 2 ** 20;

type Bad = readonly [what: string, given: unknown, code?: ErrorCode];

/** Most are refused as intents. */
function coded(all: readonly Bad[]): readonly (readonly [string, unknown, ErrorCode])[] {
  return all.map(([what, given, code = "ERR_CHAIN_INTENT_INVALID"]) => [what, given, code]);
}

const badIntents: readonly Bad[] = [
  ["undefined", undefined],
  ["null", null],
  ["text", "transfer"],
  ["an array", [transfer]],
  ["no kind", {}],
  ["an unknown kind", { burn: { to: person, value: 1n } }],
  ["two kinds", { ...transfer, cancel: { nonce: 1 } }],
  ["an inherited kind alone", Object.create(transfer)],
  ["a transfer of null", { transfer: null }],
  ["a value of -1", { transfer: { to: person, value: -1n } }],
  ["a value as a number", { transfer: { to: person, value: 1 } }],
  ["a memo of 1 MB of text", memo("x".repeat(mb))],
  ["a memo of 1 MB of bytes", memo(new Uint8Array(mb))],
  ["a memo of 130,001 bytes", memo("x".repeat(130_001))],
  ["a memo of fewer characters, and more bytes", memo("카".repeat(43_334))],
  ["a memo with half a character", memo(`${canary}\ud800`)],
  ["a memo of null", memo(null)],
  ["a memo as a number", memo(7)],
  ["a memo as a list of bytes", memo([1, 2, 3])],
  ["a memo of an object", memo({ text: canary })],
  ["a memo in a buffer that is no Uint8Array", memo(new ArrayBuffer(3))],
  ["data of 130,001 bytes", { data: { to: person, data: `0x${"00".repeat(130_001)}` } }],
  ["bytecode of 130,001 bytes", { deploy: { bytecode: `0x${"60".repeat(130_001)}` } }],
  ...[
    undefined,
    null,
    {},
    3,
    "3",
    [3],
    { nonce: "3" },
    { nonce: 3n },
    { nonce: -1 },
    { nonce: 1.5 },
    { nonce: 2 ** 53 },
    { nonce: NaN },
  ].map((cancel): [string, unknown] => [
    `a cancel of ${typeof cancel} ${JSON.stringify(cancel, (_, each: unknown) => (typeof each === "bigint" ? "bigint" : each))}`,
    { cancel },
  ]),
  ["a cancel and something else", { cancel: { nonce: 1 }, data: { to: person, data: "0x" } }],
  [
    "a recipient with a wrong checksum",
    { transfer: { to: person.replace("A", "a"), value: 1n } },
    "ERR_CHAIN_ADDRESS_INVALID",
  ],
  ["a recipient by name", { transfer: { to: "somebody.kaia", value: 1n } }, "ERR_CHAIN_ADDRESS_INVALID"],
  ["a key for a recipient", { transfer: { to: leaked, value: 1n } }, "ERR_CHAIN_ADDRESS_INVALID"],
];

const badOptions: readonly Bad[] = [
  ...[0, 100, 101, -1, 1.5, NaN, Infinity, "30", 30n, null, true, [30]].map((feeRatio): [string, unknown] => [
    `feeRatio ${typeof feeRatio} ${String(feeRatio)}`,
    { feePayer, feeRatio },
  ]),
  ["a ratio without a fee payer", { feeRatio: 30 }],
  ["a ratio where the sender is to pay", { feePayer: null, feeRatio: 30 }],
  ["an address for a fee payer", { feePayer: payer }],
  ["a key for a fee payer", { feePayer: leaked }],
  ["an empty fee payer", { feePayer: {} }],
  ["a fee payer without signDigest", { feePayer: { address: payer } }],
  ["a fee payer whose signDigest is none", { feePayer: { address: payer, signDigest: leaked } }],
  ["a promise of a fee payer", { feePayer: Promise.resolve(feePayer) }],
  ["false for a fee payer", { feePayer: false }],
  [
    "a fee payer with a wrong checksum",
    { feePayer: { ...feePayer, address: person.replace("A", "a") } },
    "ERR_CHAIN_ADDRESS_INVALID",
  ],
  [
    "a fee payer with a key for an address",
    { feePayer: { ...feePayer, address: leaked } },
    "ERR_CHAIN_ADDRESS_INVALID",
  ],
  ["a fee payer of Ethereum's types", { feePayer, format: "ethereum" }],
  ...["klaytn", "", null, 2, true].map((format): [string, unknown] => [`format ${String(format)}`, { format }]),
  ["options of null", null],
  ["options of text", "kaia"],
];

/** Calls as plain JavaScript can: with anything. */
async function refusedBeforeTheNode(args: readonly unknown[], code: ErrorCode): Promise<void> {
  const node = scriptedKaia();
  const signDigest = vi.spyOn(feePayer, "signDigest");
  const chain = kaia({ name: "kaia", chainId, transport: node });
  const printed = (["log", "warn", "error"] as const).map((method) => vi.spyOn(console, method));
  const prepared: unknown = Reflect.apply(chain.prepare, chain, args);
  const error = await rejectedBy(Promise.resolve(prepared), code);
  for (const spy of printed) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
  expect(node.asked).toEqual([]);
  expect(signDigest).not.toHaveBeenCalled();
  signDigest.mockRestore();
  expect(error.message).toContain("Nothing was signed or sent");
  expect(error.message.length).toBeLessThan(250);
  expect(error.cause).toBeUndefined();
  expect(error.retryable).toBe(false);
  expect(JSON.stringify(error) + String(error.stack)).not.toMatch(/canary|464646/);
}

describe("before any node is asked", () => {
  it.each(coded(badIntents))("an intent is refused: %s", async (_, intent, code) => {
    await refusedBeforeTheNode([intent, person], code);
    await refusedBeforeTheNode([intent, person, { feePayer, feeRatio: 30 }], code);
  });

  it.each(coded(badOptions))("who pays is refused: %s", async (_, options, code) => {
    await refusedBeforeTheNode([transfer, person, options], code);
  });

  it.each([null, "", "somebody.kaia", person.replace("A", "a"), leaked])("a sender is refused", async (from) => {
    await refusedBeforeTheNode([transfer, from], "ERR_CHAIN_ADDRESS_INVALID");
  });

  it("a cancel in Ethereum's types is refused, which know none", async () => {
    await refusedBeforeTheNode([{ cancel: { nonce: 1 } }, person, { format: "ethereum" }], "ERR_CHAIN_INTENT_INVALID");
  });

  it("a balance of what is no address is refused", async () => {
    const { node, chain } = sceneOf();
    await rejectedBy(chain.getBalance("somebody.kaia"), "ERR_CHAIN_ADDRESS_INVALID");
    expect(node.asked).toEqual([]);
  });
});

it("the largest memo passes, so that the refusals above are the sizes' doing", async () => {
  const { prepare } = sceneOf();
  for (const text of ["x".repeat(130_000), new Uint8Array(130_000)]) {
    const { assemble } = await prepare({ transfer: { to: person, value: 1n, memo: text } }, { feePayer });
    expect(assemble).toBeTypeOf("function");
  }
});

describe("what only Kaia knows is refused by evm(), before any node is asked", () => {
  it.each<readonly [string, object, PrepareOptions]>([
    ["a fee payer", transfer, { feePayer }],
    ["a ratio", transfer, { feeRatio: 30 }],
    ["Kaia's format", transfer, { format: "kaia" }],
    ["a memo", { transfer: { to: person, value: 1n, memo: "hi" } }, {}],
  ])("%s", async (_, intent, options) => {
    const node = scriptedNode();
    const chain = evm({ name: "main", chainId: 1, transport: node });
    const prepared: unknown = Reflect.apply(chain.prepare, chain, [intent, person, options]);
    await rejectedBy(Promise.resolve(prepared), "ERR_CHAIN_INTENT_INVALID");
    expect(node.asked).toEqual([]);
  });
});
