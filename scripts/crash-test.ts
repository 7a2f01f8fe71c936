// npm run crash-test [-- --sample 0.1 --seed 7 --json FILE --only PATTERN --store SQLite]: kills processes at every wait of the code that sends,
// logs in and keeps keys, lets others go on, and looks whether anything is lost, sent twice, or stuck.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Result, runStore, summarise } from "../test/crash/run.ts";
import { sourcesWithPoints } from "../test/crash/sources.ts";

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "1" },
    seed: { type: "string" },
    json: { type: "string" },
    only: { type: "string" },
    store: { type: "string" },
  },
});
const share = Number(values.sample);
if (!(share > 0 && share <= 1)) throw new Error("--sample is a number above 0 and up to 1");
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isSafeInteger(seed)) throw new Error("--seed is a whole number");
const stores = (["SQLite", "PostgreSQL"] as const).filter(
  (name) => values.store === undefined || values.store === name,
);

const root = fileURLToPath(new URL("..", import.meta.url));
const startedAt = performance.now();
const say = (line: string): void => {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
};

const { points, texts } = sourcesWithPoints(root);
say(`${String(points.length)} points, seed ${String(seed)}`);
const only = values.only === undefined ? undefined : new RegExp(values.only);
const runs = await Promise.all(
  stores.map((store) => runStore(store, { points, sources: texts, share, seed, only, say })),
);
const summary = summarise(points, runs, root);
const results = runs.flatMap((run) => run.results);

const folderOf = ({ moment }: Result): string =>
  /^src\/(?:transactions\/(?:policy|webhooks)|\w+)/.exec(moment)?.[0] ?? moment;
for (const { store, results: some } of runs) {
  console.log(`\n${store.padEnd(32)}killed  recovered  broken  missed`);
  for (const folder of [...new Set(some.map(folderOf))].sort()) {
    const here = some.filter((result) => folderOf(result) === folder);
    const numbers = ["recovered", "broken", "missed"].map(
      (outcome) => here.filter((each) => each.outcome === outcome).length,
    );
    const [recovered = 0, broken = 0, missed = 0] = numbers;
    console.log(
      folder.padEnd(32) +
        String(recovered + broken).padStart(6) +
        String(recovered).padStart(11) +
        String(broken).padStart(8) +
        String(missed).padStart(8),
    );
  }
}
for (const { store, scenario, moment, occurrence, outcome, problems } of results) {
  if (outcome === "broken")
    console.log(
      `\nBROKEN ${store}, ${scenario}, ${moment} (${String(occurrence)}):\n  ${problems.slice(0, 6).join("\n  ")}`,
    );
}
for (const fault of summary.faults) console.log(`\nFAULT ${fault}`);
for (const name of summary.unreached) console.log(`UNREACHED ${name}`);
console.log(
  `\n${String(summary.points)} points, ${String(summary.killed)} killed, ${String(summary.recovered)} recovered, ` +
    `${String(summary.lost)} lost, ${String(summary.doubled)} doubled, ${String(summary.gaps)} gaps, ` +
    `${String(summary.otherwise)} otherwise wrong, ${String(summary.missed)} missed, ${String(summary.unreached.length)} unreached`,
);
if (values.json !== undefined) {
  const seconds = (performance.now() - startedAt) / 1000;
  writeFileSync(values.json, `${JSON.stringify({ seed, share, seconds, ...summary, results }, undefined, 2)}\n`);
}
const isWell =
  results.every(({ outcome }) => outcome !== "broken") &&
  summary.unreached.length === 0 &&
  summary.faults.length === 0 &&
  (results.length > 0 || only !== undefined);
process.exit(isWell ? 0 : 1);
