import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHash, quantity, smallQuantity } from "../../../src/chains/ethereum/quantity.ts";
import { refusedBy } from "../refused.ts";

// Budget of the file: 3 s.

const largest = 2n ** 256n - 1n;

describe("a quantity", () => {
  it("is read back as it was written, in either case, up to 256 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: largest }), (value) => {
        const digits = value.toString(16);
        expect(quantity(`0x${digits}`, "x")).toBe(value);
        expect(quantity(`0x${digits.toUpperCase()}`, "x")).toBe(value);
      }),
    );
    expect(quantity(`0x${largest.toString(16)}`, "x")).toBe(largest);
    expect(quantity("0x0", "x")).toBe(0n);
  });

  it("is refused with leading zeros, which the protocol forbids", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.integer({ min: 1, max: 8 }), (value, zeros) => {
        refusedBy(() => quantity(`0x${"0".repeat(zeros)}${value.toString(16)}`, "x"), "ERR_RPC_BAD_RESPONSE");
      }),
    );
  });

  it("is refused above 256 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: largest + 1n, max: 2n ** 300n }), (value) => {
        refusedBy(() => quantity(`0x${value.toString(16)}`, "x"), "ERR_RPC_BAD_RESPONSE");
      }),
    );
  });

  it("is refused as any other text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `0x${text}`),
        ),
        (text) => {
          fc.pre(!/^0x(?:0|[1-9a-f][0-9a-f]*)$/i.test(text));
          refusedBy(() => quantity(text, "x"), "ERR_RPC_BAD_RESPONSE");
        },
      ),
    );
  });

  it.each([
    ["the prefix alone", "0x"],
    ["a negative number", "0x-1"],
    ["a sign before the prefix", "-0x1"],
    ["a decimal", "17"],
    ["a fraction", "0x1.8"],
    ["an exponent", "1e3"],
    ["a line feed behind it", "0x1\n"],
    ["space before it", " 0x1"],
    ["10 MB", `0x1${"0".repeat(10_000_000)}`],
    ["a number", 17],
    ["a bigint", 17n],
    ["true", true],
    ["null", null],
    ["undefined", undefined],
    ["an array", ["0x1"]],
    ["an object", { toString: () => "0x1" }],
  ])("is refused as %s", (_, value) => {
    const error = refusedBy(() => quantity(value, "balance"), "ERR_RPC_BAD_RESPONSE");
    expect(error.message).toBe("The node's balance is not what the protocol allows. Nothing was signed with it.");
    expect(error.context).toEqual({ fault: "node", what: "balance" });
  });

  it("that has to fit a number is refused from 2^53", () => {
    expect(smallQuantity("0x1fffffffffffff", "x")).toBe(Number.MAX_SAFE_INTEGER);
    refusedBy(() => smallQuantity("0x20000000000000", "x"), "ERR_RPC_BAD_RESPONSE");
  });
});

it("a hash is 32 bytes in either case, and nothing else", () => {
  const hash = `0x${"aB".repeat(32)}`;
  expect(isHash(hash)).toBe(true);
  for (const other of [hash.slice(0, -1), `${hash}0`, hash.slice(2), `${hash}\n`, `0x${"g".repeat(64)}`, null, [hash]])
    expect(isHash(other)).toBe(false);
});
