import { expect, it, vi } from "vitest";
import { deep } from "./scene.ts";
import { runSchedules } from "./schedules.ts";
import { newGround } from "./world.ts";

vi.setConfig({ testTimeout: 600_000 });

it("keeps every promise in random schedules", async () => {
  const ground = await newGround();
  const run = await runSchedules(ground, { profile: deep, seed: Number(process.env["SEED"] ?? 7), count: Number(process.env["COUNT"] ?? 30) });
  console.log(run);
  expect(run.schedules).toBeGreaterThanOrEqual(30);
});
