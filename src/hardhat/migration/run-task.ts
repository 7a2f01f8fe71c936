import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Results } from "../../migration/types.ts";
import { progressLine } from "../../terminal/progress.ts";
import { printable, processTerminal, type Terminal } from "../../terminal/terminal.ts";
import { exitCodes } from "../exit-codes.ts";
import { confirmWith } from "./confirm.ts";
import { type MigrationContext, openContext } from "./context.ts";
import { type MigrationOptions, parseMigration, type TypedMigration } from "./options.ts";
import { type MigrationStep, migrationSteps } from "./steps.ts";

/** Before these nothing is sent to any node. */
const drySteps: readonly string[] = ["audit", "snapshot", "plan", "rehearsal"];

/** The action of `kip17 migrate`. */
export const migrate: NewTaskActionFunction<TypedMigration> = (typed, environment) =>
  runSteps(typed, environment, ({ isDryRun, skipRehearsal }) =>
    migrationSteps.filter(
      ({ step }) => (!isDryRun || drySteps.includes(step)) && !(skipRehearsal && step === "rehearsal"),
    ),
  );

/** The action of one step. */
export function stepTask(step: MigrationStep["step"]): NewTaskActionFunction<TypedMigration> {
  return (typed, environment) =>
    runSteps(typed, environment, () => migrationSteps.filter((each) => each.step === step));
}

/**
 * Does the steps one after the other. What goes wrong becomes a line on stderr; the exit code is set on the process, for Hardhat knows two
 * alone. On SIGINT the step under way ends where the next run goes on.
 *
 * @returns the last step's result; undefined where it could not be done.
 */
export async function runSteps(
  typed: TypedMigration,
  environment: HardhatRuntimeEnvironment,
  choose: (options: MigrationOptions) => readonly MigrationStep[],
  terminal: Terminal = processTerminal,
): Promise<Results[keyof Results] | undefined> {
  const stop = new AbortController();
  const interrupted = (): void => {
    stop.abort(new Error("interrupted"));
  };
  process.once("SIGINT", interrupted);
  let context: MigrationContext | undefined;
  try {
    const options = parseMigration(typed);
    const progress = progressLine(terminal);
    context = await openContext(options, environment, {
      confirm: confirmWith(environment, options.isAgreed),
      onProgress: ({ step, done, total, unit }) => {
        progress.tell({ what: step, done, unit, ...(total === undefined ? {} : { total }) });
      },
      signal: stop.signal,
    });
    const { run } = context;
    let last: MigrationStep["step"] | undefined;
    for (const each of choose(options)) {
      stop.signal.throwIfAborted();
      const question = await each.question?.(context);
      if (question !== undefined) await context.confirm(question);
      progress.reset();
      const told = await each.run(context);
      if (!options.json) terminal.out(`${terminal.style.bold(each.step.padEnd(13))}${lines(told)}`);
      last = each.step;
    }
    const result = last === undefined ? undefined : await run.read(last);
    if (options.json) terminal.out(JSON.stringify(result, null, 2));
    return result;
  } catch (error) {
    terminal.err(`kip17: ${toldOf(error, stop.signal)}`);
    process.exitCode = isLatchkeyError(error, "ERR_MIGRATION_NOT_VERIFIED") ? exitCodes.findings : exitCodes.notMade;
    return undefined;
  } finally {
    process.off("SIGINT", interrupted);
    await context?.close();
  }
}

/** Texts of the contract may be in it. */
function lines(text: string): string {
  return text
    .split("\n")
    .map((line) => printable(line))
    .join("\n");
}

function toldOf(error: unknown, signal: AbortSignal): string {
  if (isLatchkeyError(error)) return `${error.code}: ${error.message}`;
  if (signal.aborted) return "interrupted; the same command goes on from here.";
  // A foreign error's message may hold anything; its name cannot.
  return `unexpected ${error instanceof Error ? error.name : typeof error}`;
}
