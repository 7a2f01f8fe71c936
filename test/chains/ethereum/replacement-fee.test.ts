import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bumped } from "../../../src/chains/ethereum/fees.ts";

// Budget of the file: 2 s.

const percent = { kind: "percent", percent: 10 } as const;
const unit = { kind: "unit" } as const;
const anyOffer = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 15n }))
  .map(([one, other]) => ({ perGas: one + other, tip: other }));

describe("a replacement's offer", () => {
  it.each([
    ["a tenth more of both", { perGas: 100n, tip: 10n }, { perGas: 1n, tip: 0n }, { perGas: 110n, tip: 11n }],
    ["rounded up", { perGas: 101n, tip: 11n }, { perGas: 1n, tip: 0n }, { perGas: 112n, tip: 13n }],
    ["one more, where a tenth is less", { perGas: 1n, tip: 0n }, { perGas: 0n, tip: 0n }, { perGas: 2n, tip: 1n }],
    [
      "what is offered now, where that is more",
      { perGas: 100n, tip: 10n },
      { perGas: 500n, tip: 50n },
      { perGas: 500n, tip: 50n },
    ],
    ["each part by itself", { perGas: 100n, tip: 10n }, { perGas: 105n, tip: 50n }, { perGas: 110n, tip: 50n }],
  ])("by percent is %s", (_, previous, current, expected) => {
    expect(bumped(previous, current, percent)).toEqual(expected);
  });

  it.each([
    ["one more", { perGas: 50n, tip: 2n }, { perGas: 25n, tip: 0n }, { perGas: 51n, tip: 2n }],
    [
      "what is offered now, where that is more",
      { perGas: 50n, tip: 2n },
      { perGas: 60n, tip: 5n },
      { perGas: 60n, tip: 5n },
    ],
  ])("by unit is %s", (_, previous, current, expected) => {
    expect(bumped(previous, current, unit)).toEqual(expected);
  });

  it("is above the one before and not below today's, and no tip is above the whole", () => {
    fc.assert(
      fc.property(anyOffer, anyOffer, fc.constantFrom(percent, unit), (previous, current, replacement) => {
        const { perGas, tip } = bumped(previous, current, replacement);
        expect(perGas > previous.perGas && perGas >= current.perGas).toBe(true);
        expect(tip >= previous.tip && tip >= current.tip && tip <= perGas).toBe(true);
        if (replacement.kind === "percent") {
          expect(perGas * 100n >= previous.perGas * 110n && tip * 100n >= previous.tip * 110n).toBe(true);
          expect(tip).toBeGreaterThan(previous.tip);
        }
      }),
    );
  });
});
