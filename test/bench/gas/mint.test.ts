import { describe, expect, it } from "vitest";
import { sizesOf } from "../../../bench/gas/mint.ts";

// Budget of the file: 2 s.
describe("sizesOf", () => {
  it("makes one transaction, then two, ... and leaves no token out", () => {
    const sizes = sizesOf(500);
    expect(sizes).toEqual([500, 250, 167, 125, 100, 84, 72, 63]);
    expect(sizes.map((size) => Math.ceil(500 / size))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
