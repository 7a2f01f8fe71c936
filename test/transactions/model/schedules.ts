import fc from "fast-check";
import type { ChainProfile } from "../../../src/ports/chain-profile.ts";
import { wrongsOf } from "./invariants.ts";
import { newReference, pickerOf, type Reference } from "./scene.ts";
import { heal, settle } from "./settle.ts";
import { stepNames, takeStep } from "./steps.ts";
import { type Ground, newWorld, type World } from "./world.ts";

type Step = fc.AsyncCommand<Reference, World>;

/** A step: what happens, and a number that all its choices follow from. */
function stepOf(name: string, seed: number): Step {
  return {
    check: () => true,
    toString: () => `${name}#${String(seed)}`,
    run: async (reference, world) => {
      await takeStep(name, { world, reference, pick: pickerOf(seed) });
      await world.pass(1 + (seed % 40));
    },
  };
}

const schedules = fc.commands(
  [fc.tuple(fc.constantFrom(...stepNames), fc.nat(2 ** 31 - 1)).map(([name, seed]) => stepOf(name, seed))],
  { maxCommands: 30, size: "max" },
);

/** Schedules that were run, in this file. */
export interface Run {
  readonly schedules: number;
  readonly steps: number;
}

/**
 * Runs random schedules on a world of its own each, heals it, waits, and looks at what there is.
 *
 * @throws with seed, path and the shortest schedule that fails.
 */
export async function runSchedules(
  ground: Ground,
  { profile, seed, count }: { readonly profile: ChainProfile; readonly seed: number; readonly count: number },
): Promise<Run> {
  let run = 0;
  let taken = 0;
  const property = fc.asyncProperty(schedules, async (commands) => {
    run += 1;
    const reference = newReference();
    const world = await newWorld(ground, { profile });
    world.open();
    await world.pass(100);
    await fc.asyncModelRun(() => ({ model: reference, real: world }), commands);
    taken += [...commands].length;
    const scene = { world, reference, pick: pickerOf(1) };
    await heal(scene);
    const isSettled = await settle(scene);
    const wrongs = await wrongsOf(world, reference);
    if (wrongs.length > 0 || !isSettled) throw new Error(`${isSettled ? "" : "not settled; "}${wrongs.join("\n")}`);
  });
  await fc.assert(property, { seed, numRuns: count, verbose: fc.VerbosityLevel.Verbose });
  return { schedules: run, steps: taken };
}
