// Runs the tests of the contracts on contracts that count which statements were reached.
//
//   node scripts/contracts-coverage.ts   exit code 1 under 98 % of lines or statements, or if a test fails
import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";
import { isRecord } from "./guards.ts";

const wanted = 98;
const root = fileURLToPath(new URL("..", import.meta.url));
// Tests of deployed bytes and compiler output hold for the contracts as they ship alone; the model's many steps reach what
// the Solidity tests reach.
const excluded = [
  "generated*",
  "guest-book*",
  "caver/**",
  "model/**",
  "mutation*",
  "upgrade.test.ts",
  "solidity/**",
].map((name) => `test/contracts/${name}`);

// Hardhat reads these when it is imported, here and in each process that runs tests.
process.env["HARDHAT_COVERAGE"] = "true";
process.env["HARDHAT_CONFIG"] = fileURLToPath(new URL("../test/contracts/coverage-config.ts", import.meta.url));
const { default: hre } = await import("hardhat");
const { markTestRunStart } = await import("hardhat/internal/coverage");

interface FileReport {
  readonly lineExecutionCounts: ReadonlyMap<number, number>;
  readonly executedLinesCount: number;
  readonly executedStatementsCount: number;
  readonly unexecutedStatementsCount: number;
  readonly unexecutedLines: ReadonlySet<number>;
}

/** Hardhat's own book-keeping, which has no public name. */
interface CoverageManager {
  disableReport(): void;
  loadData(...ids: string[]): Promise<void>;
  getReport(): Promise<Readonly<Record<string, FileReport>>>;
}

function isManager(value: unknown): value is CoverageManager {
  return ["disableReport", "loadData", "getReport"].every(
    (name) => typeof value === "object" && value !== null && typeof Reflect.get(value, name) === "function",
  );
}

const manager: unknown = Reflect.get(hre, "_coverage");
if (!isManager(manager)) throw new Error("This version of Hardhat keeps its coverage elsewhere.");
manager.disableReport();

await hre.tasks.getTask("build").run({ force: true, quiet: true });
const solidity: unknown = await hre.tasks.getTask(["test", "solidity"]).run({ noCompile: true });
await markTestRunStart("vitest");
const vitest = await startVitest(["test/contracts"], {
  root,
  watch: false,
  setupFiles: ["test/contracts/coverage-setup.ts"],
  exclude: excluded,
});
await vitest.close();
const failed = !isRecord(solidity) || solidity["success"] !== true || vitest.state.getCountOfFailedTests() > 0;

await manager.loadData("vitest", "solidity");
const percent = (part: number, whole: number): number => (whole === 0 ? 100 : (100 * part) / whole);
const total = { lines: 0, reachedLines: 0, statements: 0, reachedStatements: 0 };
for (const [path, file] of Object.entries(await manager.getReport()).toSorted()) {
  const statements = file.executedStatementsCount + file.unexecutedStatementsCount;
  total.lines += file.lineExecutionCounts.size;
  total.reachedLines += file.executedLinesCount;
  total.statements += statements;
  total.reachedStatements += file.executedStatementsCount;
  const lines = percent(file.executedLinesCount, file.lineExecutionCounts.size);
  const missed = file.unexecutedLines.size === 0 ? "" : `  not reached: ${[...file.unexecutedLines].join(", ")}`;
  const share = percent(file.executedStatementsCount, statements);
  console.log(`${path}: lines ${lines.toFixed(1)} %, statements ${share.toFixed(1)} %${missed}`);
}
const lines = percent(total.reachedLines, total.lines);
const statements = percent(total.reachedStatements, total.statements);
console.log(`All: lines ${lines.toFixed(2)} %, statements ${statements.toFixed(2)} %; wanted ${wanted} % of each`);
if (failed) console.error("A test failed.");
process.exitCode = failed || total.statements === 0 || lines < wanted || statements < wanted ? 1 : 0;
