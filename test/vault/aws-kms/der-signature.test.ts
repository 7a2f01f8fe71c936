import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDerSignature, withLowS } from "../../../src/vault/aws-kms/der-signature.ts";
import { derInteger, derSignature, notDer } from "../../harness/kms-der.ts";
import { groupOrder } from "../../harness/kms-signing.ts";

/** Numbers of every length, and those about which lengths and signs change. */
const anyNumber = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  fc
    .tuple(fc.integer({ min: 0, max: 256 }), fc.constantFrom(-1n, 0n, 1n))
    .map(([bits, by]) => 2n ** BigInt(bits) + by)
    .filter((value) => value < 2n ** 256n),
);

function fixed(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
}

// Budget of the file: 5 s.
describe("parseDerSignature", () => {
  it("reads what a reference encoder writes, whatever the numbers", () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (r, s) => {
        expect(hexOf(parseDerSignature(derSignature(r, s)))).toBe(fixed(r) + fixed(s));
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads nothing but what the reference encoder writes: any bytes are refused or come back as they were", () => {
    const real = fc.tuple(anyNumber, anyNumber).map(([r, s]) => derSignature(r, s));
    const nearly = fc
      .tuple(real, fc.nat(), fc.nat(255), fc.constantFrom("replace", "insert", "remove"))
      .map(([der, position, byte, how]) => {
        const at = position % der.length;
        const put = how === "remove" ? [] : [byte];
        return Buffer.from([...der.subarray(0, at), ...put, ...der.subarray(how === "insert" ? at : at + 1)]);
      });
    const shaped = fc
      .tuple(fc.uint8Array({ maxLength: 36 }), fc.uint8Array({ maxLength: 36 }))
      .map(([r, s]) => Buffer.from([0x30, r.length + s.length + 4, 2, r.length, ...r, 2, s.length, ...s]));
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(nearly, shaped, fc.uint8Array({ maxLength: 80 })), (bytes) => {
        const signature = parseDerSignature(bytes);
        if (signature === undefined) return;
        read += 1;
        expect(signature).toHaveLength(64);
        const [r, s] = [signature.subarray(0, 32), signature.subarray(32)].map((half) =>
          BigInt(`0x${hexOf(half) ?? ""}`),
        );
        expect(hexOf(derSignature(r ?? 0n, s ?? 0n))).toBe(hexOf(bytes));
      }),
      { numRuns: 10_000 },
    );
    // Else nothing was shown.
    expect(read).toBeGreaterThan(500);
  });

  it.each(Object.keys(notDer))("refuses %s", (what) => {
    for (const [r, s] of [
      [2n ** 255n, 2n ** 255n],
      [2n ** 240n, 2n ** 200n],
      [1n, 2n ** 256n - 1n],
    ] as const) {
      const der = derSignature(r, s);
      expect(parseDerSignature(der)).toBeDefined();
      const other = notDer[what]?.(der) ?? expect.fail("no bytes");
      expect(parseDerSignature(other)).toBeUndefined();
    }
  });

  it("refuses numbers of more than 256 bits, and reads the largest of 256", () => {
    expect(parseDerSignature(derSignature(2n ** 256n - 1n, 2n ** 256n - 1n))).toEqual(new Uint8Array(64).fill(0xff));
    expect(parseDerSignature(derSignature(2n ** 256n, 1n))).toBeUndefined();
    expect(parseDerSignature(derSignature(1n, 2n ** 263n))).toBeUndefined();
  });

  it("gives bytes of its own", () => {
    const der = derSignature(5n, 7n);
    const signature = parseDerSignature(der) ?? expect.fail("not read");
    der.fill(0);
    expect(hexOf(signature)).toBe(fixed(5n) + fixed(7n));
    expect(signature.buffer.byteLength).toBe(64);
  });

  // The encoder that it is compared with, by the examples of X.690 8.3 and of Let's Encrypt's "A Warm Welcome to ASN.1 and DER".
  it.each([
    [0n, "020100"],
    [50n, "020132"],
    [127n, "02017f"],
    [128n, "02020080"],
    [256n, "02020100"],
    [50_000n, "020300c350"],
  ])("is compared with an encoder that writes %d as %s", (value, hex) => {
    expect(hexOf(derInteger(value))).toBe(hex);
  });
});

describe("withLowS", () => {
  it("takes the lower of s and the order less s, and leaves r", () => {
    const anyS = fc.oneof(
      fc.bigInt({ min: 1n, max: groupOrder - 1n }),
      fc.constantFrom(1n, groupOrder / 2n, groupOrder / 2n + 1n, groupOrder - 1n),
    );
    fc.assert(
      fc.property(anyNumber, anyS, (r, s) => {
        const low = s > groupOrder / 2n ? groupOrder - s : s;
        expect(hexOf(withLowS(Buffer.from(fixed(r) + fixed(s), "hex")))).toBe(fixed(r) + fixed(low));
      }),
      { numRuns: 500 },
    );
  });

  it.each([0n, groupOrder, groupOrder + 1n, 2n ** 256n - 1n])("leaves s where it is no s: %d", (s) => {
    const signature = Buffer.from(fixed(3n) + fixed(s), "hex");
    expect(hexOf(withLowS(signature))).toBe(hexOf(signature));
  });
});
