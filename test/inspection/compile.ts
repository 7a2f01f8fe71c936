import { join } from "node:path";
import { fileURLToPath } from "node:url";
import hre from "hardhat";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The budget of what compiles: the compiler is JavaScript, and may share its core with other suites. */
export const compileMs = 240_000;

const compiled = new Map<string, Promise<string>>();

/**
 * Creation bytecode of a test contract, in a file of its name under test/contracts/mocks; compiled once a test file. Touches neither
 * artifacts nor cache, which suites beside this one may be writing.
 */
export function compileMock(name: string): Promise<string> {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const made = compile(name);
  compiled.set(name, made);
  return made;
}

async function compile(name: string): Promise<string> {
  const path = join(root, "test/contracts/mocks", `${name}.sol`);
  const jobs = await hre.solidity.getCompilationJobs([path], { force: true, quiet: true });
  if (!jobs.success) throw new Error(jobs.formattedReason);
  const job = jobs.indexedIndividualJobs.get(path);
  if (job === undefined) throw new Error(`${name} has no compilation job.`);
  const { output } = await hre.solidity.runCompilationJob(job, { quiet: true });
  const file = Object.keys(output.contracts ?? {}).find((each) => each.endsWith(`/${name}.sol`)) ?? "";
  const code = output.contracts?.[file]?.[name]?.evm?.bytecode?.object;
  if (code === undefined) throw new Error(`${name}: ${JSON.stringify(output.errors).slice(0, 1_000)}`);
  return `0x${code}`;
}
