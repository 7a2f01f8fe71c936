import { expect, it, vi } from "vitest";
import { instant } from "./scene.ts";
import { runSchedules } from "./schedules.ts";
import { newGround } from "./world.ts";

// Blocks that stay, and replacements by one base unit: 500 random schedules, as many as in each of the three files beside this. Budget of the file: 60 s.
vi.setConfig({ testTimeout: 300_000 });

it("loses nothing, pays nothing twice and leaves no gap in random schedules", async () => {
  const run = await runSchedules(await newGround(), { profile: instant, seed: 0x07_22, count: 500 });
  process.stdout.write(`${String(run.schedules)} schedules of ${String(run.steps)} steps\n`);
  expect(run.schedules).toBe(500);
});
