import { getBytes, keccak256 } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex } from "../../src/units/bytes.ts";
import { keccakOfHex } from "../../src/units/keccak.ts";

// Budget of the file: 1 s.
describe("keccakOfHex", () => {
  it("is what ethers computes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.compare(keccakOfHex(bytesToHex(bytes)), getBytes(keccak256(bytes)))).toBe(0);
      }),
    );
  });

  it("of nothing is the well-known one (Yellow Paper, the hash of empty code)", () => {
    const empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
    expect(Buffer.from(keccakOfHex("0x")).toString("hex")).toBe(empty);
  });
});
