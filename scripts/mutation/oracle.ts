import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "../guards.ts";
import { environment } from "./tree.ts";

export interface Verdict {
  readonly kind: "killed" | "timed out" | "survived";
  /** The test that noticed; empty if none did, or if all were ended for taking too long. */
  readonly by: string;
  readonly seconds: number;
}

/** Test files in the order of running, and which of their tests: all, unless a pattern is given. */
export interface Oracle {
  readonly files: readonly string[];
  readonly pattern?: string;
}

/** Runs the tests on a copy with one mutant active, or none by 0, up to the first that fails. */
export async function ask(copy: string, mutant: number, oracle: Oracle, timeoutMs: number): Promise<Verdict> {
  const report = join(await mkdtemp(join(copy, "report-")), "report.json");
  const started = performance.now();
  const { timedOut, printed } = await runTests(copy, mutant, oracle, report, timeoutMs);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  if (timedOut) return { kind: "timed out", by: "", seconds };
  const result = await readReport(report);
  if (result?.["success"] === true) return { kind: "survived", by: "", seconds };
  const by = result === undefined ? "" : firstFailure(result);
  // Neither passed nor failed: that says nothing about the mutant.
  if (by === "") throw new Error(`The tests did not run with mutant ${mutant}.\n${printed.slice(-2000)}`);
  return { kind: isLate(result) ? "timed out" : "killed", by, seconds };
}

async function runTests(
  copy: string,
  mutant: number,
  { files, pattern }: Oracle,
  report: string,
  timeoutMs: number,
): Promise<{ readonly timedOut: boolean; readonly printed: string }> {
  const vitest = join(copy, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--config", "scripts/mutation/vitest-config.ts", "--root", ".", "--outputFile", report];
  const child = spawn(process.execPath, pattern === undefined ? args : [...args, "-t", pattern], {
    cwd: copy,
    env: { ...environment(copy, mutant), MUTATION_TESTS: files.join(",") },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a hang is ended with the processes that hang.
    detached: true,
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  let timedOut = false;
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  process.once("exit", end);
  await once(child, "close");
  clearTimeout(timer);
  process.off("exit", end);
  return { timedOut, printed };
}

async function readReport(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const report: unknown = JSON.parse(await readFile(path, "utf8"));
    return isRecord(report) ? report : undefined;
  } catch {
    return undefined;
  }
}

const records = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** The test that failed; its file alone where that failed before its tests. */
function firstFailure(report: Readonly<Record<string, unknown>>): string {
  const failed = records(report["testResults"]).find(({ status }) => status === "failed");
  if (failed === undefined) return "";
  const file = String(failed["name"]).replace(/^.*\/test\/contracts\//, "");
  const test = records(failed["assertionResults"]).find(({ status }) => status === "failed");
  return test === undefined ? file : `${file}: ${String(test["fullName"])}`;
}

/** Whether a test's own limit ended it: a hang as a rule, but on a busy machine perhaps no more than that. */
function isLate(report: Readonly<Record<string, unknown>> | undefined): boolean {
  const tests = records(report?.["testResults"]).flatMap(({ assertionResults }) => records(assertionResults));
  const failed = tests.find(({ status }) => status === "failed");
  return /timed out in \d+ ?ms/.test(JSON.stringify(failed?.["failureMessages"] ?? ""));
}
