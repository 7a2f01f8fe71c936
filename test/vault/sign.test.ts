import { computeAddress, keccak256, recoverAddress, Signature, SigningKey } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { publicKeyOf } from "../../src/vault/derivation/leaf-keys.ts";
import { signDigest } from "../harness/sign-digest.ts";

const halfOrder = 0x7fffffff_ffffffff_ffffffff_ffffffff_5d576e73_57a4501d_dfe92f46_681b20a0n;
const order = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

const anyKey = fc
  .bigInt({ min: 1n, max: order - 1n })
  .map((value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex"));
const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 });

// Budget of the file: 5 s.
describe("signDigest", () => {
  it("signs as ethers does (RFC 6979, low-s), for any key and digest", () => {
    fc.assert(
      fc.property(anyKey, anyDigest, (key, digest) => {
        const { r, s, yParity } = signDigest(digest, key, publicKeyOf(key));
        const theirs = new SigningKey(key).sign(digest);
        expect([Buffer.from(r).toString("hex"), Buffer.from(s).toString("hex"), yParity]).toEqual([
          theirs.r.slice(2),
          theirs.s.slice(2),
          theirs.yParity,
        ]);
        expect(BigInt(`0x${Buffer.from(s).toString("hex")}`)).toBeLessThanOrEqual(halfOrder);
      }),
      { numRuns: 100 },
    );
  });

  it("recovers to the account's address at the edges of key and digest", () => {
    const one = Buffer.alloc(32);
    one[31] = 1;
    const largest = Buffer.from((order - 1n).toString(16), "hex");
    for (const key of [one, largest]) {
      for (const digest of [Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.from(order.toString(16), "hex")]) {
        const { r, s, yParity } = signDigest(digest, key, publicKeyOf(key));
        const signature = Signature.from({
          r: `0x${Buffer.from(r).toString("hex")}`,
          s: `0x${Buffer.from(s).toString("hex")}`,
          yParity,
        });
        expect(recoverAddress(digest, signature)).toBe(computeAddress(new SigningKey(key)));
      }
    }
  });

  it("gives no signature out that does not recover to the expected key", () => {
    const key = Buffer.alloc(32, 1);
    const other = publicKeyOf(Buffer.alloc(32, 2));
    expect(() => signDigest(Buffer.from(keccak256("0x").slice(2), "hex"), key, other)).toThrow(
      expect.objectContaining({ code: "ERR_VAULT_SIGN_FAILED" }),
    );
  });
});
