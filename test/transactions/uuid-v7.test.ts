import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIds } from "../../src/transactions/uuid-v7.ts";

const beginMs = 1_700_000_000_000;
/** Clocks stand, go on, leap, and are set back. */
const anySteps = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: -5, max: 5 }), fc.integer({ min: -(10 ** 9), max: 10 ** 9 })),
  {
    minLength: 1,
    maxLength: 200,
  },
);

function timeIn(id: string): number {
  return parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}

// Budget of the file: 3 s.
describe("ids", () => {
  it("sort by their making, each once, whatever the clock does", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        let nowMs = beginMs;
        const newId = createIds(() => nowMs);
        const ids = steps.map((step) => {
          nowMs = Math.max(1, nowMs + step);
          return newId();
        });
        expect(ids.toSorted()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("have the version, the variant and the time of RFC 9562, 5.7", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 48 - 2 }), (nowMs) => {
        const newId = createIds(() => nowMs);
        for (const id of [newId(), newId()]) {
          expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
          expect(timeIn(id)).toBe(nowMs);
        }
      }),
    );
  });

  it("go on in order when a millisecond has no more room", () => {
    const newId = createIds(() => beginMs);
    const ids = Array.from({ length: 10_000 }, newId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    // 4,096 a millisecond: two are borrowed.
    expect(timeIn(ids.at(-1) ?? "")).toBe(beginMs + 2);
  });

  it("never repeat, also of processes that begin in the same millisecond", () => {
    const ids = Array.from({ length: 1_000 }, () => createIds(() => beginMs)());
    expect(new Set(ids).size).toBe(1_000);
  });
});
