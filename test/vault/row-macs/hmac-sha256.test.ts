import { createHmac } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { hmacSha256 } from "../../../src/vault/row-macs/hmac-sha256.ts";

/** What was hashed. */
const seen = vi.hoisted((): Uint8Array[] => []);
vi.mock("node:crypto", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:crypto")>();
  const hash = (algorithm: string, data: Uint8Array): Buffer => {
    seen.push(data);
    return original.hash(algorithm, data, "buffer");
  };
  return { ...original, hash };
});

beforeEach(() => {
  seen.length = 0;
});

// Against node:crypto's own. Budget of the file: 2 s.
describe("HMAC-SHA-256", () => {
  it("is node:crypto's, for any key and messages", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 3 }),
        (key, messages) => {
          const hmac = hmacSha256(key);
          for (const message of messages) {
            const expected = createHmac("sha256", key).update(message).digest("hex");
            expect(hmac.sign(message).toString("hex")).toBe(expected);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("leaves nothing of the key in memory that it hashed, and signs nothing once it is wiped", () => {
    const key = new Uint8Array(32).fill(7);
    const hmac = hmacSha256(key);
    hmac.sign(Uint8Array.of(1));
    expect(seen).toHaveLength(2);
    for (const bytes of seen) expect(bytes.every((byte) => byte === 0)).toBe(true);
    hmac.wipe();
    expect(() => hmac.sign(Uint8Array.of(1))).toThrow("after its release");
    expect(seen).toHaveLength(2);
    expect(key).toEqual(new Uint8Array(32).fill(7));
  });
});
