import { entropyToMnemonic, mnemonicToSeedSync } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mnemonicOf, seedOf } from "../../../src/vault/derivation/bip39.ts";
import { bip39Seeds, bip39Vectors } from "../../vectors/bip39.ts";

const anyEntropy = fc
  .constantFrom(16, 20, 24, 28, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

describe("BIP-39", () => {
  it.each(bip39Vectors)("makes the published phrase of %s", (entropy, phrase) => {
    expect(mnemonicOf(Buffer.from(entropy, "hex")).toString()).toBe(phrase);
  });

  it.each(bip39Seeds)("makes the published seed of %s", async (entropy, seed) => {
    expect((await seedOf(Buffer.from(entropy, "hex"))).toString("hex")).toBe(seed);
  });

  it("makes the phrase that @scure/bip39 makes, for any entropy", () => {
    fc.assert(
      fc.property(anyEntropy, (entropy) => {
        expect(mnemonicOf(entropy).toString()).toBe(entropyToMnemonic(entropy, wordlist));
      }),
      { numRuns: 500 },
    );
  });

  it("makes the seed that @scure/bip39 makes, for any entropy", async () => {
    await fc.assert(
      fc.asyncProperty(anyEntropy, async (entropy) => {
        const expected = mnemonicToSeedSync(entropyToMnemonic(entropy, wordlist));
        expect(Buffer.compare(await seedOf(entropy), expected)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it.each([0, 1, 15, 17, 33, 64])("refuses an entropy of %i bytes", async (length) => {
    const entropy = new Uint8Array(length);
    expect(() => mnemonicOf(entropy)).toThrow(expect.objectContaining({ code: "ERR_VAULT_SECRET_INVALID" }));
    await expect(seedOf(entropy)).rejects.toMatchObject({ code: "ERR_VAULT_SECRET_INVALID" });
  });
});
