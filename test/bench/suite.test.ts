import { describe, expect, it } from "vitest";
import { flatFigures, isFigures } from "../../bench/suite.ts";

// Budget of the file: 1 s.
describe("flatFigures", () => {
  it("names a figure by its groups, in their order", () => {
    expect(flatFigures({ first: 1, gas: { ours: { mint: 2, burn: 3 }, theirs: {} }, last: 4 })).toEqual([
      ["first", 1],
      ["gas.ours.mint", 2],
      ["gas.ours.burn", 3],
      ["last", 4],
    ]);
  });
});

describe("isFigures", () => {
  it("takes numbers and groups of them", () => {
    expect(isFigures({ a: 1, b: { c: { d: 2 } }, e: {} })).toBe(true);
  });

  it.each([undefined, null, 1, "1", { a: "1" }, { a: null }, { a: { b: { c: true } } }])("refuses %j", (value) => {
    expect(isFigures(value)).toBe(false);
  });
});
