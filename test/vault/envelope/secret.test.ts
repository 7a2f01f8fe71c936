import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSecret, encodeSecret } from "../../../src/vault/envelope/secret.ts";

const anyScheme = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/);
const anyLeafKeys = fc
  .uniqueArray(anyScheme, { maxLength: 6 })
  .chain((schemes) =>
    fc.tuple(
      ...schemes.map((scheme) =>
        fc.record({ scheme: fc.constant(scheme), key: fc.uint8Array({ minLength: 32, maxLength: 32 }) }),
      ),
    ),
  );
const anySecret = fc.record({
  entropy: fc.constantFrom(16, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  leafKeys: anyLeafKeys,
});

describe("secret encoding", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(anySecret, (secret) => {
        const read = decodeSecret(encodeSecret(secret));
        expect(Buffer.compare(read.entropy, secret.entropy)).toBe(0);
        expect(read.leafKeys.map(({ scheme, key }) => [scheme, Buffer.from(key).toString("hex")])).toEqual(
          secret.leafKeys.map(({ scheme, key }) => [scheme, Buffer.from(key).toString("hex")]),
        );
      }),
    );
  });

  it("refuses bytes cut short anywhere, and bytes appended", () => {
    const bytes = encodeSecret({
      entropy: new Uint8Array(16).fill(1),
      leafKeys: [{ scheme: "evm", key: new Uint8Array(32).fill(2) }],
    });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeSecret(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "ERR_VAULT_OPEN_FAILED" }),
      );
    }
    expect(() => decodeSecret(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(
      expect.objectContaining({ code: "ERR_VAULT_OPEN_FAILED" }),
    );
  });

  it("never throws anything but its own error, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeSecret(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_VAULT_OPEN_FAILED" });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses a scheme that is there twice, and an unknown version", () => {
    const leaf = { scheme: "evm", key: new Uint8Array(32).fill(2) };
    const twice = encodeSecret({ entropy: new Uint8Array(16), leafKeys: [leaf, leaf] });
    expect(() => decodeSecret(twice)).toThrow(expect.objectContaining({ code: "ERR_VAULT_OPEN_FAILED" }));
    const later = encodeSecret({ entropy: new Uint8Array(16), leafKeys: [leaf] });
    later[0] = 2;
    expect(() => decodeSecret(later)).toThrow(expect.objectContaining({ code: "ERR_VAULT_OPEN_FAILED" }));
  });

  it("refuses to encode a scheme id or key that its form has no room for", () => {
    for (const leaf of [
      { scheme: "", key: new Uint8Array(32) },
      { scheme: "x".repeat(33), key: new Uint8Array(32) },
      { scheme: "evm", key: new Uint8Array(31) },
    ]) {
      expect(() => encodeSecret({ entropy: new Uint8Array(16), leafKeys: [leaf] })).toThrow(
        expect.objectContaining({ code: "ERR_VAULT_SECRET_INVALID" }),
      );
    }
  });
});
