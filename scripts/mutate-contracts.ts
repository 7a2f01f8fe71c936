// Plants faults in the contracts, one at a time, and asks the tests whether they notice.
//
//   node scripts/mutate-contracts.ts [--only NAME]... [--jobs N] [--list] [--json FILE]
//
//   --only NAME   the mutants of contracts/**/NAME.sol alone
//   --jobs N      how many are tried at once; default 2
//   --list        prints the mutants, and runs nothing
//   --json FILE   writes what became of each
//
// Exit codes: 0 all were noticed but those that docs/mutation.md explains; 1 another survived, one that is explained did
// not, or a revert has no mutant; 3 the run could not be made: wrong options, no compilation, tests that fail by themselves.
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { disagreements, explainedIn } from "./mutation/explained.ts";
import { mutantsOf } from "./mutation/mutants.ts";
import { type Outcome, tryAll } from "./mutation/run.ts";
import { uncoveredReverts } from "./mutation/schema.ts";
import { parse } from "./mutation/syntax.ts";
import { contractFiles } from "./mutation/tree.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      jobs: { type: "string", default: "2" },
      list: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`--jobs takes a whole number, not "${values.jobs}".`);
  const sources = parse(await contractFiles(root));
  const names = new Set(sources.map(({ path }) => basename(path, ".sol")));
  const unknown = values.only.filter((name) => !names.has(name));
  if (unknown.length > 0) throw new Error(`There is no contract ${unknown.join(", ")}.`);
  const isWanted = (name: string): boolean => values.only.length === 0 || values.only.includes(name);

  const mutants = mutantsOf(sources);
  const uncovered = uncoveredReverts(sources, mutants);
  const wanted = mutants.filter(({ path }) => isWanted(basename(path, ".sol")));
  if (values.list) {
    for (const { path, line, id } of wanted) console.log(`${path}:${line} ${id}`);
    return report(uncovered.map((place) => `A revert without a mutant: ${place}`));
  }

  const outcomes = await tryAll({ root, sources, mutants: wanted, jobs, progress });
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(resultOf(outcomes), null, 1)}\n`);
  const all = explainedIn(await readFile(join(root, "docs/mutation.md"), "utf8"));
  const explained = new Map([...all].filter(([id]) => isWanted(id.replace(/\..*$/s, ""))));
  for (const { id, verdict } of outcomes) if (verdict.kind === "survived") console.log(`Survived: ${id}`);
  console.log(summary(outcomes));
  const fates = outcomes.map(({ id, verdict }) => ({ id, survived: verdict.kind === "survived" }));
  return report([
    ...uncovered.map((place) => `A revert without a mutant: ${place}`),
    ...disagreements(explained, fates),
  ]);
}

const countOf = (outcomes: readonly Outcome[], kind: Outcome["verdict"]["kind"]): number =>
  outcomes.filter(({ verdict }) => verdict.kind === kind).length;

function summary(outcomes: readonly Outcome[]): string {
  const [killed, late, survived] = [
    countOf(outcomes, "killed"),
    countOf(outcomes, "timed out"),
    countOf(outcomes, "survived"),
  ];
  return `${outcomes.length} mutants: ${killed} killed, ${late} timed out, ${survived} survived`;
}

function resultOf(outcomes: readonly Outcome[]): unknown {
  const mutants = outcomes.map(({ id, path, line, verdict }) => ({ id, path, line, ...verdict }));
  const total = { killed: countOf(outcomes, "killed"), timedOut: countOf(outcomes, "timed out") };
  return { ...total, survived: countOf(outcomes, "survived"), mutants };
}

function report(faults: readonly string[]): number {
  for (const fault of faults) console.error(colour(fault));
  return faults.length === 0 ? 0 : 1;
}

function progress(line: string, alarming: boolean): void {
  console.error(alarming ? colour(line) : line);
}

function colour(text: string): string {
  const plain = !process.stderr.isTTY || process.env["NO_COLOR"] !== undefined;
  return plain ? text : `\u001b[31m${text}\u001b[39m`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 3;
}
