import { hkdfSync } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { hkdfSha512 } from "../../../src/vault/envelope/hkdf.ts";

// Against node:crypto's own. Budget of the file: 2 s.

/** What was hashed and what came of it. */
const seen = vi.hoisted((): Uint8Array[] => []);
vi.mock("node:crypto", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:crypto")>();
  const hash = (algorithm: string, data: Uint8Array): Buffer => {
    const digest = original.hash(algorithm, data, "buffer");
    seen.push(data, digest);
    return digest;
  };
  return { ...original, hash };
});

beforeEach(() => {
  seen.length = 0;
});

const anySecret = fc.uint8Array({ minLength: 1, maxLength: 100 });
const anyLabels = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 3 });

describe("a key that is derived", () => {
  it("is node:crypto's, for any secret, salt, label and length", () => {
    fc.assert(
      fc.property(
        anySecret,
        fc.uint8Array({ maxLength: 128 }),
        anyLabels,
        fc.integer({ min: 1, max: 64 }),
        (secret, salt, labels, length) => {
          const keys = hkdfSha512(secret, salt, labels, length);
          const expected = labels.map((label) => Buffer.from(hkdfSync("sha512", secret, salt, label, length)));
          expect(keys.map((key) => key.toString("hex"))).toEqual(expected.map((key) => key.toString("hex")));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is all that is left in memory of what was hashed for it", () => {
    const secret = new Uint8Array(32).fill(7);
    const keys = hkdfSha512(secret, new Uint8Array(32).fill(8), [Uint8Array.of(1), Uint8Array.of(2)], 32);
    // Two hashes for the extraction, and two for each key.
    expect(seen).toHaveLength(12);
    const left = seen.filter((bytes) => bytes.some((byte) => byte !== 0));
    expect(left.map(({ buffer }) => buffer)).toEqual(keys.map(({ buffer }) => buffer));
    for (const bytes of left) expect(bytes.subarray(32).every((byte) => byte === 0)).toBe(true);
    // The caller wipes a key in its place.
    for (const key of keys) key.fill(0);
    for (const bytes of left) expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(secret).toEqual(new Uint8Array(32).fill(7));
  });
});
