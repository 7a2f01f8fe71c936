import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packCommitted, packTokens } from "../../src/contracts/pack-tokens.ts";
import { codeOf } from "./commitment-model.ts";

const alice = "0xaAaAaAaaAaAaAaaAaAAAAAAAAaaaAaAaAaaAaaAa";
const bob = `0x${"bb".repeat(20)}`;
const door = "0xc22a7effd64ecff3ce2b8a7d2a1eca94d2c140ef";
const words = (id: bigint): string => id.toString(16).padStart(24, "0");

describe("packTokens", { timeout: 10_000 }, () => {
  it("puts 20 bytes of owner before 12 bytes of id", () => {
    expect(packTokens([{ owner: alice, id: 0x0102n }])).toEqual([`0x${"aa".repeat(20)}${"00".repeat(10)}0102`]);
  });

  it("keeps one owner's tokens together, in the order given", () => {
    const tokens = [
      { owner: alice, id: 5n },
      { owner: bob, id: 1n },
      { owner: alice.toLowerCase(), id: 2n },
      { owner: bob, id: 0n },
    ];
    expect(packTokens(tokens)).toEqual([
      `0x${"aa".repeat(20)}${words(5n)}`,
      `0x${"aa".repeat(20)}${words(2n)}`,
      `${bob}${words(1n)}`,
      `${bob}${words(0n)}`,
    ]);
  });

  it("packs each token once, and one run for each owner", () => {
    const owner = fc.integer({ min: 1, max: 6 }).map((byte) => `0x${byte.toString(16).padStart(40, "0")}`);
    const ids = fc.uniqueArray(fc.bigInt(0n, 2n ** 96n - 1n), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(ids, fc.infiniteStream(owner), (each, owners) => {
        const tokens = each.map((id) => ({ id, owner: String(owners.next().value) }));
        const packed = packTokens(tokens);
        const unpacked = packed.map((word) => ({ owner: word.slice(0, 42), id: BigInt(`0x${word.slice(42)}`) }));
        const byId = (a: { id: bigint }, b: { id: bigint }): number => (a.id < b.id ? -1 : 1);
        expect(unpacked.toSorted(byId)).toEqual(tokens.map(({ id, owner }) => ({ owner, id })).toSorted(byId));
        const runs = unpacked.filter(({ owner }, index) => owner !== unpacked[index - 1]?.owner);
        expect(runs).toHaveLength(new Set(tokens.map((token) => token.owner)).size);
      }),
    );
  });

  it("takes the largest id that fits", () => {
    expect(packTokens([{ owner: bob, id: 2n ** 96n - 1n }])).toEqual([`${bob}${"ff".repeat(12)}`]);
  });

  it.each([
    ["an id of 97 bits", [{ owner: bob, id: 2n ** 96n }]],
    ["an id below 0", [{ owner: bob, id: -1n }]],
    [
      "an id given twice",
      [
        { owner: bob, id: 1n },
        { owner: alice, id: 1n },
      ],
    ],
    ["an empty list", []],
    ["a hole", [{ owner: "hole", id: 1n }]],
    ["a token at the door", [{ owner: "door", id: 1n }]],
  ])("refuses %s", (_, tokens) => {
    expect(codeOf(() => packTokens(tokens))).toBe("ERR_CONFIG_INVALID");
  });

  it.each([
    ["one digit short", bob.slice(0, -1)],
    ["one digit too long", `${bob}0`],
    ["with a wrong checksum", alice.replace("aA", "Aa")],
    ["of zero", `0x${"00".repeat(20)}`],
    ["of the door", door],
    ["without 0x", bob.slice(2)],
  ])("refuses an address %s", (_, owner) => {
    expect(codeOf(() => packTokens([{ owner, id: 1n }]))).toBe("ERR_CHAIN_ADDRESS_INVALID");
  });

  it("says which id it was", () => {
    expect(() =>
      packTokens([
        { owner: bob, id: 7n },
        { owner: bob, id: 7n },
      ]),
    ).toThrow(/id 7\b/);
  });

  it.each([
    ["no list", { length: 1 }],
    ["a list of nothing", [null]],
    ["an id that is a number", [{ owner: bob, id: 1 }]],
  ])("refuses %s", (_, given) => {
    expect(codeOf(() => void Reflect.apply(packTokens, undefined, [given]))).toBe("ERR_CONFIG_INVALID");
  });
});

describe("packCommitted", { timeout: 10_000 }, () => {
  it("keeps the order, and knows holes and the door", () => {
    const tokens = [
      { owner: bob, id: 3n },
      { owner: "hole", id: 4n },
      { owner: alice, id: 5n },
      { owner: "door", id: 6n },
      { owner: bob, id: 7n },
    ];
    expect(packCommitted(tokens)).toEqual([
      `${bob}${words(3n)}`,
      `0x${"00".repeat(20)}${words(4n)}`,
      `0x${"aa".repeat(20)}${words(5n)}`,
      `${door}${words(6n)}`,
      `${bob}${words(7n)}`,
    ]);
  });

  it.each([
    ["an id of 97 bits", [{ owner: bob, id: 2n ** 96n }]],
    [
      "an id given twice",
      [
        { owner: bob, id: 1n },
        { owner: "hole", id: 1n },
      ],
    ],
    ["an empty list", []],
  ])("refuses %s", (_, tokens) => {
    expect(codeOf(() => packCommitted(tokens))).toBe("ERR_CONFIG_INVALID");
  });
});
