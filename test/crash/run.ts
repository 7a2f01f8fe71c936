import { allowed } from "./allowed.ts";
import { type AwaitPoint, textOf } from "./find-points.ts";
import { type Counted, type Kill, planKills, randomOf, unreached } from "./plan.ts";
import type { Target } from "./points.ts";
import { scenarios } from "./scenarios/all.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { openWorld, type StoreName, type World } from "./world.ts";

/** What became of one kill. */
export interface Result {
  readonly store: StoreName;
  readonly scenario: string;
  readonly moment: string;
  readonly occurrence: number;
  /** `missed`: the place never stood still there, also when it was tried again at the first occurrence. */
  readonly outcome: "recovered" | "broken" | "missed";
  readonly problems: readonly string[];
}

export interface StoreRun {
  readonly store: StoreName;
  readonly results: readonly Result[];
  /** Moments that any run has passed. */
  readonly reached: ReadonlySet<string>;
  /** What went wrong without any kill. */
  readonly faults: readonly string[];
}

export interface RunOptions {
  readonly points: readonly AwaitPoint[];
  readonly sources: Readonly<Record<string, string>>;
  readonly share: number;
  readonly seed: number;
  readonly only: RegExp | undefined;
  readonly say: (line: string) => void;
}

/** Places in one process: as many as one event loop carries without being taken for dead. */
const placesAtOnce = 24;

/** All kills on one store. */
export async function runStore(store: StoreName, options: RunOptions): Promise<StoreRun> {
  const { points, sources, share, seed, only, say } = options;
  const world = await openWorld(store, sources);
  const faults: string[] = [];
  try {
    const counts: Counted[] = [];
    for (const scenario of scenarios) counts.push(await count(world, scenario, faults));
    const reached = new Set(counts.flatMap(({ passed }) => Object.keys(passed)));
    say(`${store}: ${String(scenarios.length)} scenarios counted`);
    const wanted = only === undefined ? points : points.filter(({ name }) => only.test(name));
    const kills = planKills(wanted, counts, share, randomOf(seed));
    const results: Result[] = [];
    const startedAt = performance.now();
    for (const batch of batchesOf(kills)) {
      const some = await killAll(world, batch, faults, reached);
      results.push(...some);
      // Told at once: a run that is stopped half-way has told what it knows.
      for (const { outcome, scenario, moment, problems } of some)
        if (outcome === "broken") say(`${store}: BROKEN ${scenario}, ${moment}: ${problems.slice(0, 2).join("; ")}`);
      const minutes = (performance.now() - startedAt) / 60_000;
      say(
        `${store}: ${String(results.length)} of ${String(kills.length)} kills, ${(results.length / minutes).toFixed(0)} a minute`,
      );
    }
    return { store, results, reached, faults };
  } finally {
    await world.close();
  }
}

/** Runs a scenario to its end: which moments it passes, and that nothing is wrong where nobody is killed. */
async function count(world: World, scenario: Scenario, faults: string[]): Promise<Counted> {
  const { run, recovery } = await world.play(scenario, [null]);
  const about = `${world.store}, ${scenario.name} without a kill:`;
  for (const { state, problems } of run.places)
    if (state !== "through") faults.push(`${about} ${state} ${problems.join("; ")}`);
  for (const { problems } of recovery.places) faults.push(...problems.map((problem) => `${about} ${problem}`));
  if (run.strays.length > 0) faults.push(`${about} ${run.strays.slice(0, 3).join(", ")} passed outside any place`);
  return { scenario: scenario.name, passed: run.places[0]?.passed ?? {} };
}

function batchesOf(kills: readonly Kill[]): readonly { readonly scenario: Scenario; readonly targets: Target[] }[] {
  return scenarios.flatMap((scenario) => {
    const targets = kills.filter((kill) => kill.scenario === scenario.name).map(({ target }) => target);
    return Array.from({ length: Math.ceil(targets.length / placesAtOnce) }, (_, index) => ({
      scenario,
      targets: targets.slice(index * placesAtOnce, (index + 1) * placesAtOnce),
    }));
  });
}

async function killAll(
  world: World,
  { scenario, targets }: { readonly scenario: Scenario; readonly targets: readonly Target[] },
  faults: string[],
  reached: Set<string>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let left = targets;
  for (const isLast of [false, true]) {
    if (left.length === 0) break;
    const { run, recovery } = await world.play(scenario, left);
    const again: Target[] = [];
    for (const { passed } of run.places) for (const moment of Object.keys(passed)) reached.add(moment);
    for (const [index, target] of left.entries()) {
      const state = run.places[index]?.state;
      const problems = recovery.places[index]?.problems ?? ["no report"];
      const result = { store: world.store, scenario: scenario.name, ...target, problems };
      // What was passed often before may be passed less often this time, by the clock.
      if (state !== "killed" && problems.length === 0 && !isLast) again.push({ ...target, occurrence: 1 });
      else if (problems.length > 0) results.push({ ...result, outcome: "broken" });
      else results.push({ ...result, outcome: state === "killed" ? "recovered" : "missed" });
      if (state === "failed" || state === "stuck")
        faults.push(`${world.store}, ${scenario.name} ${state}: ${run.places[index]?.problems.join("; ") ?? ""}`);
    }
    left = again;
  }
  return results;
}

export interface Summary {
  readonly points: number;
  readonly killed: number;
  readonly recovered: number;
  readonly lost: number;
  readonly doubled: number;
  readonly gaps: number;
  /** Wrong in another way: books, leases, a process that could not go on. */
  readonly otherwise: number;
  readonly missed: number;
  readonly unreached: readonly string[];
  readonly faults: readonly string[];
}

/** @param root - where the sources are, for the lines that are allowed to be reached by nobody. */
export function summarise(points: readonly AwaitPoint[], runs: readonly StoreRun[], root: string): Summary {
  const results = runs.flatMap((run) => run.results);
  const with_ = (word: string): number =>
    results.filter(({ problems }) => problems.some((problem) => problem.startsWith(`${word}:`))).length;
  const known = /^(lost|doubled|gap):/;
  const missing = unreached(
    points,
    runs.map((run) => run.reached),
  ).filter((point) => !isAllowed(point, root));
  return {
    points: points.length,
    killed: results.filter(({ outcome }) => outcome !== "missed").length,
    recovered: results.filter(({ outcome }) => outcome === "recovered").length,
    lost: with_("lost"),
    doubled: with_("doubled"),
    gaps: with_("gap"),
    otherwise: results.filter(({ problems }) => problems.some((problem) => !known.test(problem))).length,
    missed: results.filter(({ outcome }) => outcome === "missed").length,
    unreached: missing.map(({ name }) => name),
    faults: runs.flatMap((run) => run.faults),
  };
}

function isAllowed({ name }: AwaitPoint, root: string): boolean {
  const [file = "", line = ""] = name.split(":");
  const text = textOf(root, file).split("\n")[Number(line) - 1] ?? "";
  return allowed.some((each) => each.file === file && text.includes(each.text));
}
