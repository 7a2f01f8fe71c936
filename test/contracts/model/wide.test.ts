import { describe, expect, it, vi } from "vitest";
import { compareOn } from "./collection-model.ts";
import { wide } from "./worlds.ts";

// At least 10,000 steps, every view compared after each; as many again in the file beside this. Budget of the file: 50 s.
vi.setConfig({ testTimeout: 300_000 });

describe("KIP17Collection and its model", () => {
  let taken = 0;
  it.each(wide)("agree on $name", async (ground) => {
    taken += await compareOn(ground, 0x17_4b_49_50, 95);
  });

  it("were compared after 10,000 steps", () => {
    expect(taken).toBeGreaterThanOrEqual(10_000);
  });
});
