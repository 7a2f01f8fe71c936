import type { Mutant } from "./mutants.ts";
import { ask, type Verdict } from "./oracle.ts";
import { schemaOf } from "./schema.ts";
import type { Source } from "./syntax.ts";
import { type Suite, suites } from "./tests.ts";
import { withCopy } from "./tree.ts";

export interface Outcome extends Mutant {
  readonly verdict: Verdict;
}

export interface RunOptions {
  readonly root: string;
  readonly sources: readonly Source[];
  readonly mutants: readonly Mutant[];
  /** How many are tried at once. */
  readonly jobs: number;
  progress(line: string, alarming: boolean): void;
}

/** Tries each mutant on the tests that bear on it; in the order of the mutants. */
export async function tryAll(options: RunOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const suite of suites) {
    const mutants = options.mutants.filter(({ path }) => suite.bearsOn(path));
    if (mutants.length > 0) outcomes.push(...(await trySuite(suite, { ...options, mutants })));
  }
  return outcomes.toSorted((a, b) => a.number - b.number);
}

/** Compiles the suite's mutants at once, sees that its tests pass without any, and tries one after the other. */
async function trySuite(
  suite: Suite,
  { root, sources, mutants, jobs, progress }: RunOptions,
): Promise<readonly Outcome[]> {
  return await withCopy(root, schemaOf(sources, mutants), async (copy) => {
    progress(`Compiling ${mutants.length} mutants at once.`, false);
    await suite.prepare(copy);
    progress("Running the tests without any mutant.", false);
    const baseline = await ask(copy, 0, suite.oracle(copy, ""), 1_800_000);
    if (baseline.kind !== "survived") throw new Error(`The tests fail without any mutant: ${baseline.by}`);
    progress(`They pass, in ${baseline.seconds} s.`, false);
    // Other programs may run beside, and mutants run beside each other.
    const timeoutMs = 60_000 + baseline.seconds * 1000 * 4;

    const started = performance.now();
    const outcomes: Outcome[] = [];
    const left = [...mutants];
    const work = async (): Promise<void> => {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const verdict = await ask(copy, mutant.number, suite.oracle(copy, mutant.path), timeoutMs);
        outcomes.push({ ...mutant, verdict });
        const each = (performance.now() - started) / outcomes.length;
        const minutes = Math.ceil((each * (mutants.length - outcomes.length)) / 60_000);
        const place = `[${outcomes.length}/${mutants.length}, ${minutes} min left]`;
        const by = verdict.by === "" ? "" : ` (${verdict.by})`;
        progress(`${place} ${verdict.kind} in ${verdict.seconds} s: ${mutant.id}${by}`, verdict.kind === "survived");
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
    return outcomes;
  });
}
