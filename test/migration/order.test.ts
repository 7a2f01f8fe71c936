import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderTokens } from "../../src/migration/order.ts";
import type { ManifestToken } from "../../src/migration/types.ts";

// Budget: 2 s, no node.

const pattern = { base: "ipfs://a/", suffix: ".json" };
const owners = ["0x", "0x"].map((prefix, n) => `${prefix}${String(n + 1).repeat(40)}`);
const [alice = "", bob = ""] = owners;

describe("orderTokens", () => {
  it("puts URIs by the pattern first, then owners, then ids; holes and door tokens last", () => {
    const { packed, withUri } = orderTokens(
      [
        { id: 1n, owner: bob, uri: "ipfs://a/1.json" },
        { id: 2n, owner: "door", uri: "ipfs://a/2.json" },
        { id: 3n, owner: "hole", uri: "" },
        { id: 4n, owner: alice, uri: "ipfs://a/4.json" },
        { id: 5n, owner: alice, uri: "ipfs://a/05.json" },
        { id: 6n, owner: "door", uri: "" },
        { id: 10n, owner: alice, uri: "ipfs://a/10.json" },
        { id: 9n, owner: alice, uri: "ipfs://a/9.json" },
      ],
      pattern,
    );
    expect(packed.map(({ id }) => id)).toEqual([4n, 9n, 10n, 1n, 3n, 2n]);
    expect(withUri.map(({ id }) => id)).toEqual([5n, 6n]);
  });

  it.each([null, { base: "", suffix: ".json" }])("packs empty URIs where there is no pattern: %s", (none) => {
    const tokens = [
      { id: 1n, owner: alice, uri: "" },
      { id: 2n, owner: alice, uri: "2.json" },
    ];
    const { packed, withUri } = orderTokens(tokens, none);
    expect(packed.map(({ id }) => id)).toEqual([1n]);
    expect(withUri.map(({ id }) => id)).toEqual([2n]);
  });

  it("does not pack an id of more than 96 bits, a hole's neither", () => {
    const large = 2n ** 96n;
    const tokens = [large - 1n, large].flatMap((id) => [
      { id, owner: alice, uri: `ipfs://a/${String(id)}.json` },
      { id: id + 2n, owner: "hole", uri: "" },
    ]);
    const { packed, withUri } = orderTokens(tokens, pattern);
    expect(packed.map(({ id }) => id)).toEqual([large - 1n]);
    expect(withUri.map(({ id }) => id)).toEqual([large, large + 1n, large + 2n]);
  });

  it("gives the same for the same tokens in any order, and loses none", () => {
    const token = fc.record({
      id: fc.bigInt(0n, 2n ** 100n),
      owner: fc.constantFrom(alice, bob, "hole", "door"),
      uri: fc.constantFrom("", "x"),
    });
    const tokens = fc.uniqueArray(token, { selector: ({ id }) => id, maxLength: 40 });
    fc.assert(
      fc.property(tokens, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (given, ranks) => {
        const clean = given.map((each): ManifestToken => (each.owner === "hole" ? { ...each, uri: "" } : each));
        const shuffled = clean
          .map((value, index) => ({ value, rank: ranks[index] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ value }) => value);
        const once = orderTokens(clean, pattern);
        expect(orderTokens(shuffled, pattern)).toEqual(once);
        expect([...once.packed, ...once.withUri]).toHaveLength(clean.length);
      }),
    );
  });
});
