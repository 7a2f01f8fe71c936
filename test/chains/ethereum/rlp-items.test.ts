import { encodeRlp, getBytes, type RlpStructuredData } from "ethers";
import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { type RlpItem, rlpItems } from "../../../src/chains/ethereum/rlp-items.ts";
import { bytesToHex } from "../../../src/units/bytes.ts";

// What ethers has encoded is taken apart. Budget of the file: 2 s.

const { value: anyData }: { value: Arbitrary<RlpStructuredData> } = fc.letrec<{ value: RlpStructuredData }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc
      .oneof(
        fc.uint8Array({ maxLength: 3 }),
        fc.uint8Array({ minLength: 50, maxLength: 60 }),
        fc.uint8Array({ minLength: 250, maxLength: 300 }),
      )
      .map(bytesToHex),
    fc.array(tie("value"), { maxLength: 8 }),
  ),
}));

/** The whole of it, read one level at a time. */
function readAll(bytes: Uint8Array): RlpStructuredData[] {
  const items = rlpItems(bytes) ?? expect.fail("not read");
  return items.map((item: RlpItem) => (item.isList ? readAll(item.bytes) : bytesToHex(item.bytes)));
}

describe("an item of RLP", () => {
  it("is read as it was encoded, at any depth and length", () => {
    fc.assert(
      fc.property(anyData, (data) => {
        expect(readAll(getBytes(encodeRlp(data)))).toEqual([data]);
      }),
      { numRuns: 300 },
    );
  });

  it("of 65,536 bytes and more is read", () => {
    const long = `0x${"ab".repeat(70_000)}`;
    expect(readAll(getBytes(encodeRlp([long, "0x05"])))).toEqual([[long, "0x05"]]);
  });

  it("that is cut short is none", () => {
    fc.assert(
      fc.property(anyData, fc.nat(), (data, at) => {
        const bytes = getBytes(encodeRlp(data));
        const length = at % bytes.length;
        expect(rlpItems(bytes.subarray(0, length))).toEqual(length === 0 ? [] : undefined);
      }),
    );
  });

  it.each([
    ["a length that is missing", [0xb9]],
    ["a length that is cut off", [0xb9, 0x01]],
    ["the longest length of all", [0xff, ...new Array<number>(8).fill(0xff)]],
    ["an item after a sound one", [0x05, 0x83, 0x01]],
  ])("with %s is none", (_, bytes) => {
    expect(rlpItems(Uint8Array.from(bytes))).toBeUndefined();
  });
});
