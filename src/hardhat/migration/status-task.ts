import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import { openRun, type RunFolder } from "../../migration/run-folder.ts";
import { type Results, steps } from "../../migration/types.ts";
import { isRecord } from "../../units/is-record.ts";
import { processTerminal, table, type Terminal } from "../../terminal/terminal.ts";
import { exitCodes } from "../exit-codes.ts";
import { directoryOf } from "./context.ts";
import { invalid, parseMigration, type TypedMigration } from "./options.ts";
import { counted } from "./outcome.ts";

/** The action of `kip17 status`: what the folder's run has done. No node is asked. */
export const status: NewTaskActionFunction<TypedMigration> = (typed) => showStatus(typed);

export async function showStatus(
  typed: TypedMigration,
  terminal: Terminal = processTerminal,
): Promise<readonly StepStatus[] | undefined> {
  try {
    const options = parseMigration(typed);
    const run = await storedRun(directoryOf(options));
    const found: StepStatus[] = [];
    for (const step of steps) {
      const result = await run.read(step);
      found.push({ step, isDone: result !== undefined, what: result === undefined ? "" : whatOf(result) });
    }
    if (options.json) terminal.out(JSON.stringify({ run: run.run, ...run.identity, steps: found }, null, 2));
    else {
      terminal.out(`Run ${run.run} of ${run.identity.oldContract} on chain ${run.identity.oldChainId}\n`);
      const rows = found.map(({ step, isDone, what }) => [step, isDone ? "done" : "-", what]);
      terminal.out(table(["STEP", "STATE", "RESULT"], rows, terminal.style));
    }
    return found;
  } catch (error) {
    terminal.err(`kip17: ${isLatchkeyError(error) ? `${error.code}: ${error.message}` : "unexpected error"}`);
    process.exitCode = exitCodes.notMade;
    return undefined;
  }
}

export interface StepStatus {
  readonly step: keyof Results;
  readonly isDone: boolean;
  readonly what: string;
}

async function storedRun(directory: string): Promise<RunFolder> {
  const stored = await readFile(join(directory, "run.json"), "utf8").then(parsed, () => undefined);
  if (!isRecord(stored))
    throw invalid("The folder holds no run; --out is a folder that kip17 migrate or snapshot made");
  return await openRun(directory, {
    oldChainId: String(stored["oldChainId"]),
    oldContract: String(stored["oldContract"]),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whatOf(result: Results[keyof Results]): string {
  switch (result.step) {
    case "audit":
      return `${String(result.report.counts.high)} findings of high severity`;
    case "snapshot":
      return `${counted(result.tokens, "token")} of ${counted(result.owners, "owner")} at block ${result.block.number}`;
    case "plan":
      return `${counted(result.batches.length, "batch", "batches")}, ${result.gas.total} gas`;
    case "rehearsal":
      return result.verified ? "no difference" : counted(result.differenceCount, "difference");
    case "freeze":
      return result.state;
    case "deployment":
      return result.address;
    case "mint":
      return `${counted(result.transactions, "transaction")}, ${result.gasUsed} gas`;
    case "verification":
      return result.verified
        ? `no difference at block ${result.block.number}`
        : counted(result.differenceCount, "difference");
    case "seal":
      return `block ${result.block.number}`;
    case "report":
      return "report.html, report.json";
  }
}
