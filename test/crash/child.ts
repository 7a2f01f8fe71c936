// Runs places of one scenario side by side, or goes on where others were killed. argv: a job, as a JSON file.
import { readFileSync, writeFileSync } from "node:fs";
import { defaultTiming } from "../../src/transactions/worker.ts";
import { isJob, type Job, type PlaceReport, type Report } from "./job.ts";
import { testNode } from "./node.ts";
import { type Place, runAt, strays } from "./points.ts";
import { goOn } from "./recover.ts";
import { sceneOf } from "./scene.ts";
import { scenarios } from "./scenarios/all.ts";
import { createStage } from "./stage.ts";

// A process that has stopped is taken for dead soon; the event loop is shared by many places.
Object.assign(defaultTiming, { scanMs: 60, beatMs: 120, deadAfterMs: 1_500, idleMs: 300 });

const job: unknown = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
if (!isJob(job)) throw new Error("argv: a job");
await (job.phase === "run" ? run(job) : recover(job));

/** Ends by SIGKILL, always. */
async function run(job: Job): Promise<void> {
  const scenario = scenarioOf(job);
  const node = testNode(job.nodeUrl, job.chainId, scenario.chain === "kaia" ? `${job.hooksUrl}/fund` : null);
  const places = job.places.map(({ name, target }): Place => ({
    name,
    target: target ?? undefined,
    passed: new Map(),
    doing: "has just begun",
    isDead: false,
    onDeath: () => undefined,
  }));
  const ends = new Map<Place, { state: PlaceReport["state"]; problems: string[] }>();
  const stage = createStage(places);
  for (const [index, place] of places.entries()) {
    const placeJob = job.places[index];
    if (placeJob === undefined) continue;
    const scene = sceneOf(placeJob, node, job.hooksUrl, (action) => stage.meet(place, action), scenario);
    runAt(place, () => scenario.run(scene)).then(
      () => {
        ends.set(place, { state: "through", problems: [] });
        stage.leave(place);
      },
      (error: unknown) => {
        if (place.isDead) return;
        ends.set(place, { state: "failed", problems: [shown(error)] });
        stage.leave(place);
      },
    );
  }
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    stage.over,
    new Promise((resolve) => {
      timer = setTimeout(resolve, job.timeoutMs);
    }),
  ]);
  clearTimeout(timer);
  report(job, {
    places: places.map((place) => ({
      name: place.name,
      ...(place.isDead
        ? { state: "killed", problems: [] }
        : (ends.get(place) ?? { state: "stuck", problems: [place.doing] })),
      passed: Object.fromEntries(place.passed),
    })),
    strays: [...strays],
  });
  process.kill(process.pid, "SIGKILL");
}

async function recover(job: Job): Promise<void> {
  const scenario = scenarioOf(job);
  const node = testNode(job.nodeUrl, job.chainId, scenario.chain === "kaia" ? `${job.hooksUrl}/fund` : null);
  const results = await goOn(job, scenario, node);
  report(job, {
    places: job.places.map(({ name }) => ({
      name,
      state: "recovered",
      problems: results.get(name) ?? [],
      passed: {},
    })),
    strays: [],
  });
  process.exit(0);
}

function scenarioOf({ scenario: name }: Job): (typeof scenarios)[number] {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return scenario;
}

function report({ report: file }: Job, content: Report): void {
  writeFileSync(file, JSON.stringify(content));
}

function shown(error: unknown): string {
  return error instanceof Error
    ? `${error.message.slice(0, 300)} ${(error.stack ?? "").split("\n")[1]?.trim() ?? ""}`
    : String(error);
}
