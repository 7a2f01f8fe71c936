import { mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { HDNodeWallet, Mnemonic, SigningKey } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmScheme } from "../../../src/chains/evm/index.ts";
import { addressOfKey, leafKeysOf, publicKeyOf } from "../../../src/vault/derivation/leaf-keys.ts";
import { accountVectors } from "../../vectors/accounts.ts";

const anyEntropy = fc.constantFrom(16, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const anyIndex = fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1));
const anyPath = fc
  .tuple(fc.constantFrom(60, 8217, 1), anyIndex, fc.nat(1), anyIndex)
  .map(
    ([coin, account, change, index]) => `m/44'/${String(coin)}'/${String(account)}'/${String(change)}/${String(index)}`,
  );

// Budget of the file: 5 s.
describe("leaf keys", () => {
  it.each(accountVectors)("are those of the published account $path of $phrase", async (vector) => {
    const scheme = evmScheme({ id: "evm", path: vector.path });
    const [leaf] = await leafKeysOf(mnemonicToEntropy(vector.phrase, wordlist), [scheme]);
    const key = leaf?.key ?? expect.fail("no key");
    if (vector.address !== undefined) expect(addressOfKey(key, scheme)).toBe(vector.address);
    if (vector.publicKey !== undefined) {
      expect(SigningKey.computePublicKey(publicKeyOf(key), true)).toBe(`0x${vector.publicKey}`);
    }
  });

  it("have the addresses that ethers finds from the same phrase, for any entropy and paths", async () => {
    await fc.assert(
      fc.asyncProperty(anyEntropy, fc.uniqueArray(anyPath, { minLength: 1, maxLength: 4 }), async (entropy, paths) => {
        const phrase = Mnemonic.fromEntropy(entropy);
        const schemes = paths.map((path, at) => evmScheme({ id: `s${String(at)}`, path }));
        const leaves = await leafKeysOf(entropy, schemes);
        expect(leaves.map(({ scheme }) => scheme)).toEqual(schemes.map(({ id }) => id));
        for (const [at, scheme] of schemes.entries()) {
          const key = leaves[at]?.key ?? expect.fail("no key");
          expect(addressOfKey(key, scheme)).toBe(HDNodeWallet.fromMnemonic(phrase, scheme.path).address);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("leave the entropy to its owner, and are buffers of their own", async () => {
    const entropy = new Uint8Array(16).fill(7);
    const schemes = ["one", "two"].map((id) => evmScheme({ id, path: "m/44'/60'/0'/0/0" }));
    const [one, two] = await leafKeysOf(entropy, schemes);
    expect(entropy.every((byte) => byte === 7)).toBe(true);
    one?.key.fill(0);
    expect(two?.key.every((byte) => byte === 0)).toBe(false);
  });

  it.each([0, 15, 17, 33])("are not made from %i bytes of entropy", async (length) => {
    const scheme = evmScheme({ id: "evm", path: "m/44'/60'/0'/0/0" });
    await expect(leafKeysOf(new Uint8Array(length), [scheme])).rejects.toMatchObject({
      code: "ERR_VAULT_SECRET_INVALID",
    });
  });

  it("outside the group's range have no public key", () => {
    const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for (const key of [new Uint8Array(32), Buffer.from(order, "hex"), new Uint8Array(32).fill(0xff)]) {
      expect(() => publicKeyOf(key)).toThrow(expect.objectContaining({ code: "ERR_VAULT_SECRET_INVALID" }));
    }
  });
});
