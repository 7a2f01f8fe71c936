import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchesOf, type NewToken } from "../../src/collections/mint-batches.ts";
import { ethereum, kaia } from "../../src/profiles/profiles.ts";

const to = "0x000000000000000000000000000000000000dEaD";
const tokens = (count: number, uri?: string): NewToken[] =>
  Array.from({ length: count }, (_, id) => ({ id: BigInt(id), to, ...(uri === undefined ? {} : { uri }) }));

/** A transaction's data, by the ABI: owners, ids, URIs with their offsets and lengths, whole words each. */
function bytesOf(batch: readonly NewToken[]): number {
  return batch.reduce((sum, { uri = "" }) => sum + 32 * (4 + Math.ceil(Buffer.byteLength(uri) / 32)), 4 + 6 * 32);
}

// Budget of the file: 2 s.
describe("batchesOf", () => {
  it("keeps every token in its place, and batches within a transaction's size", () => {
    const uri = fc.option(fc.string({ maxLength: 300 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(uri, { maxLength: 400 }), fc.boolean(), (uris, isKaia) => {
        const all = uris.map((each, id) => ({ id: BigInt(id), to, ...(each === undefined ? {} : { uri: each }) }));
        const batches = batchesOf(all, isKaia ? kaia : ethereum);
        expect(batches.flat()).toEqual(all);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(bytesOf(batch)).toBeLessThanOrEqual(128 * 1024);
          expect(new Set(batch.map((token) => token.uri === undefined)).size).toBe(1);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("stays below what EIP-7825 allows, at the repository's own cost of a token", () => {
    const uri = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oc/1";
    // 117k of gas for a token of a new owner with a URI of 53 bytes, 48k without.
    for (const batch of batchesOf(tokens(1_000, uri), ethereum))
      expect(batch.length * 117_000).toBeLessThan(16_777_216);
    for (const batch of batchesOf(tokens(1_000), ethereum)) expect(batch.length * 48_000).toBeLessThan(16_777_216);
    expect(batchesOf(tokens(1_000), ethereum).length).toBeLessThanOrEqual(4);
  });

  it("makes few transactions on Kaia, within its computation cost", () => {
    const batches = batchesOf(tokens(10_000), kaia);
    expect(batches.length).toBeLessThanOrEqual(12);
    for (const batch of batches) expect(batch.length * 81_000).toBeLessThan(150_000_000);
  });

  it("gives a token that fits no transaction one of its own", () => {
    expect(batchesOf(tokens(3, "x".repeat(200_000)), ethereum).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
