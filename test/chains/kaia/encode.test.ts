import { describe, expect, it } from "vitest";
import type { PrepareOptions } from "../../../src/ports/chain-adapter.ts";
import type { EncodedIntent, Intent } from "../../../src/ports/intent.ts";
import { decodeTransaction } from "../../kaia-node/decode.ts";
import { rejectedBy } from "../refused.ts";
import { assemble, contract, from, kaiaCoin, payerKey, person, sceneOf, signerOf } from "./scene.ts";

// What is stored of an intent, and that the same comes out of it later. Budget of the file: 3 s.

const feePayer = signerOf(payerKey);
const abi = ["function sign(string message) payable", "error TooLong(uint256 most)"];
const plain = { data: "0x", function: null, args: [], token: null, errors: [] } as const;

const intents: readonly (readonly [string, Intent, Partial<EncodedIntent>])[] = [
  ["a transfer", { transfer: { to: person, value: 5n } }, { ...plain, kind: "transfer", to: person, value: 5n }],
  [
    "a memo",
    { transfer: { to: person, value: 5n, memo: "카이아" } },
    { ...plain, kind: "memo", to: person, value: 5n, data: "0xecb9b4ec9db4ec9584" },
  ],
  [
    "an empty memo",
    { transfer: { to: person, value: 0n, memo: "" } },
    { ...plain, kind: "memo", to: person, value: 0n },
  ],
  [
    "tokens of a KIP-7 contract",
    { token: { contract, to: person, amount: 7n } },
    {
      kind: "token",
      to: contract,
      value: 0n,
      data: `0xa9059cbb${person.slice(2).toLowerCase().padStart(64, "0")}${"7".padStart(64, "0")}`,
      function: "transfer(address,uint256)",
      token: { contract, to: person, amount: 7n },
    },
  ],
  [
    "a call",
    { call: { to: contract, abi, function: "sign", args: ["hello"], value: 3n } },
    {
      kind: "call",
      to: contract,
      value: 3n,
      function: "sign(string)",
      args: [{ name: "message", type: "string", value: "hello" }],
      token: null,
      errors: ["error TooLong(uint256)"],
    },
  ],
  ["data", { data: { to: contract, data: "0x1234" } }, { ...plain, kind: "data", to: contract, data: "0x1234" }],
  ["a deployment", { deploy: { bytecode: "0x60fe" } }, { ...plain, kind: "deploy", to: null, data: "0x60fe" }],
];

const forms: readonly PrepareOptions[] = [{}, { format: "kaia" }, { feePayer }, { feePayer, feeRatio: 30 }];

async function rawOf(intent: Intent | EncodedIntent, options: PrepareOptions): Promise<string> {
  return (await assemble(await sceneOf().prepare(intent, options))).raw;
}

describe("an intent as bytes", () => {
  it.each(intents)("is plain data without asking a node: %s", async (_, intent, expected) => {
    const { node, chain } = sceneOf();
    const encoded = await chain.encode(intent);
    expect(encoded).toMatchObject(expected);
    expect(structuredClone(encoded)).toEqual(encoded);
    expect(node.asked).toEqual([]);
  });

  it.each(intents)("makes the same transaction later, in every form: %s", async (_, intent) => {
    const encoded = structuredClone(await sceneOf().chain.encode(intent));
    for (const options of forms) expect(await rawOf(encoded, options)).toBe(await rawOf(intent, options));
  });

  it("that is a memo is refused where a contract has come since, in every form", async () => {
    const memo = await sceneOf().chain.encode({ transfer: { to: person, value: 1n, memo: "hi" } });
    for (const form of forms) {
      for (const given of [{}, { nonce: 1, gasLimit: 50_000n, fee: { perGas: 25n, tip: 0n } }]) {
        const { prepare } = sceneOf({ kaia_getCode: "0x6001" });
        const error = await rejectedBy(prepare(memo, { ...form, ...given }), "ERR_CHAIN_INTENT_INVALID");
        expect(error.message).toContain("memo for a contract");
      }
    }
  });

  it("that moves tokens is refused where there is no contract", async () => {
    const encoded = await sceneOf().chain.encode({ token: { contract: person, to: contract, amount: 1n } });
    for (const options of forms) await rejectedBy(sceneOf().prepare(encoded, options), "ERR_CHAIN_INTENT_INVALID");
  });

  it.each<readonly [string, Intent, PrepareOptions]>([
    ["a ratio without a fee payer", intents[0]?.[1] ?? expect.fail(), { feeRatio: 30 }],
    ["a fee payer of Ethereum's types", intents[0]?.[1] ?? expect.fail(), { feePayer, format: "ethereum" }],
    ["a nonce below 0", intents[0]?.[1] ?? expect.fail(), { nonce: -1 }],
    ["a fee whose tip is above the whole", intents[0]?.[1] ?? expect.fail(), { fee: { perGas: 1n, tip: 2n } }],
    ["the zero address", { transfer: { to: `0x${"0".repeat(40)}`, value: 1n } }, {}],
    ["an unknown member", { transfer: Object.assign({ to: person, value: 1n }, { memmo: "hi" }) }, {}],
  ])("is refused as it is made: %s", async (_, intent, options) => {
    await rejectedBy(sceneOf().chain.encode(intent, options), "ERR_CHAIN_INTENT_INVALID");
  });
});

describe("what was stored, and altered since,", () => {
  const stored: EncodedIntent = { ...plain, kind: "transfer", to: person, value: 1n };

  it.each<readonly [string, object]>([
    ["of an unknown kind", { ...stored, kind: "burn" }],
    ["that goes nowhere", { ...stored, to: null }],
    ["that deploys to somebody", { ...stored, kind: "deploy" }],
    ["with a value of text", { ...stored, value: "1" }],
    ["with data of half a byte", { ...stored, data: "0x1" }],
    ["with data of 130,001 bytes", { ...stored, kind: "data", data: `0x${"00".repeat(130_001)}` }],
    ["that cancels nobody knows what", { ...stored, kind: "cancel" }],
  ])("is refused before any node is asked: %s", async (_, intent) => {
    const { node, chain } = sceneOf();
    const prepared: unknown = Reflect.apply(chain.prepare, chain, [intent, from]);
    await rejectedBy(Promise.resolve(prepared), "ERR_CHAIN_INTENT_INVALID");
    expect(node.asked).toEqual([]);
  });

  it("and cancels, goes to its sender with the nonce that is given, whatever else it says", async () => {
    const { prepare } = sceneOf();
    const more = { to: person, value: 2n * kaiaCoin, data: "0x12" } as const;
    const prepared = await prepare({ ...stored, kind: "cancel", ...more }, { nonce: 4 });
    expect(prepared).toMatchObject({ to: from, nonce: 4 });
    expect(decodeTransaction((await assemble(prepared)).raw)).toMatchObject({
      kind: { name: "TxTypeCancel" },
      nonce: 4n,
      value: 0n,
      input: "0x",
    });
  });
});
