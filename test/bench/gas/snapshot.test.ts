import { describe, expect, it } from "vitest";
import { differences } from "../../../bench/gas/snapshot.ts";

// Budget of the file: 1 s.
describe("differences", () => {
  it("finds none between equal figures, whatever their order", () => {
    expect(differences({ gas: { a: 1.5, b: 2 }, c: 3 }, { c: 3, gas: { b: 2, a: 1.5 } })).toEqual([]);
  });

  it("says by how much a figure went up or down, however little", () => {
    expect(differences({ gas: { a: 200, b: 100_000 } }, { gas: { a: 210, b: 99_999.99 } })).toEqual([
      "gas.a: 200 -> 210 (+5.00 %)",
      "gas.b: 100000 -> 99999.99 (-0.00 %)",
    ]);
  });

  it("names a figure that came and one that went", () => {
    expect(differences({ gas: { old: 1 } }, { gas: { fresh: 2 } })).toEqual([
      "gas.old: gone, was 1",
      "gas.fresh: new, 2",
    ]);
  });
});
