import { HDKey } from "@scure/bip32";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveLeafKeys, parsePath } from "../../../src/vault/derivation/bip32.ts";
import { bip32Vectors } from "../../vectors/bip32.ts";

function hexOf(key: Uint8Array | null | undefined): string {
  return Buffer.from(key ?? []).toString("hex");
}

const anyStep = fc
  .tuple(fc.oneof(fc.constantFrom(0, 1, 44, 60, 8217, 2 ** 31 - 1), fc.nat(2 ** 31 - 1)), fc.boolean())
  .map(([index, hardened]) => `${String(index)}${hardened ? "'" : ""}`);
const anyPath = fc.array(anyStep, { minLength: 1, maxLength: 6 }).map((steps) => `m/${steps.join("/")}`);

describe("BIP-32", () => {
  for (const { seed, keys } of bip32Vectors) {
    it.each(Object.entries(keys))(`derives the published key of seed ${seed.slice(0, 8)}... at %s`, (path, xprv) => {
      const [key] = deriveLeafKeys(Buffer.from(seed, "hex"), [path]);
      expect(hexOf(key)).toBe(hexOf(HDKey.fromExtendedKey(xprv).privateKey));
    });
  }

  it("derives what @scure/bip32 derives, for any seed and any paths in one call", () => {
    const seeds = fc.uint8Array({ minLength: 16, maxLength: 64 });
    fc.assert(
      fc.property(seeds, fc.array(anyPath, { minLength: 1, maxLength: 4 }), (seed, paths) => {
        const master = HDKey.fromMasterSeed(seed);
        const expected = paths.map((path) => hexOf(master.derive(path).privateKey));
        expect(deriveLeafKeys(seed, paths).map(hexOf)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("gives each path its own buffer, so that wiping one leaves the other", () => {
    const [first, second] = deriveLeafKeys(Buffer.alloc(64, 7), ["m/44'/60'/0'/0/0", "m/44'/60'/0'/0/0"]);
    const before = hexOf(second);
    first?.fill(0);
    expect(hexOf(second)).toBe(before);
  });

  it.each([
    "",
    "m",
    "m/",
    "/0",
    "44'/60'",
    "m/2147483648",
    "m/-1",
    "m/0x1",
    "m/0''",
    "m/ 0",
    "m/1e3",
    "m/99999999999",
    `m${"/0".repeat(11)}`,
  ])("refuses the path %j", (path) => {
    expect(() => parsePath(path)).toThrow(expect.objectContaining({ code: "ERR_CONFIG_INVALID" }));
  });
});
