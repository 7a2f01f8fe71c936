import { describe, expect, it, vi } from "vitest";
import { compareOn } from "./collection-model.ts";
import { narrow } from "./worlds.ts";

// In CI at least 10,000 steps, every view compared after each; as many again in the file beside this. Elsewhere a third of them.
// Budget of the file: 90 s in CI, else 30 s.
vi.setConfig({ testTimeout: 300_000 });
const [runs, steps] = process.env["CI"] === undefined ? [23, 3_200] : [63, 10_000];

describe("KIP17Collection and its model", () => {
  let taken = 0;
  it.each(narrow)("agree on $name", async (ground) => {
    taken += await compareOn(ground, 0x17_4b_49_50, runs);
  });

  it(`were compared after ${String(steps)} steps`, () => {
    expect(taken).toBeGreaterThanOrEqual(steps);
  });
});
