import { Typed } from "ethers";
import { describe, expect, it } from "vitest";
import { requireShort } from "../../../src/chains/ethereum/require-short.ts";

const half = 256 * 1024;

// Budget of the file: 5 s.
describe("arguments before they are encoded", () => {
  it("pass up to 512 KiB, whatever they are made of", () => {
    requireShort([]);
    requireShort([1n, true, "text", ["a", { b: 2n }], new Uint8Array(half), `0x${"00".repeat(half - 1024)}`]);
    requireShort([Typed.uint256(7n), Typed.string("x")]);
    requireShort([Array.from({ length: 16_000 }, () => 1n)]);
  });

  it.each([
    ["a text", ["x".repeat(2 * half + 1)]],
    ["bytes in hexadecimal", [`0x${"00".repeat(2 * half + 1)}`]],
    ["bytes", [new Uint8Array(2 * half + 1)]],
    ["many numbers", [Array.from({ length: 17_000 }, () => 1n)]],
    ["many short texts in each other", [[["x".repeat(half)], ["y".repeat(half)]]]],
  ])("are refused when %s is longer", (_, args) => {
    expect(() => {
      requireShort(args);
    }).toThrow(/more than 524288 bytes/);
  });

  it("are refused when they contain themselves", () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => {
      requireShort([list]);
    }).toThrow(/more than 524288 bytes/);
  });
});
