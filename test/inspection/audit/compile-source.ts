import { join } from "node:path";
import { fileURLToPath } from "node:url";
import hre from "hardhat";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Creation bytecode of contracts in one source file. Touches neither artifacts nor cache, which suites beside this one may be writing.
 *
 * @param path - from the repository's root.
 */
export async function compileSource(path: string): Promise<Readonly<Record<string, string>>> {
  const file = join(root, path);
  const jobs = await hre.solidity.getCompilationJobs([file], { force: true, quiet: true });
  if (!jobs.success) throw new Error(jobs.formattedReason);
  const job = jobs.indexedIndividualJobs.get(file);
  if (job === undefined) throw new Error(`${path} has no compilation job.`);
  const { output } = await hre.solidity.runCompilationJob(job, { quiet: true });
  const compiled: Record<string, string> = {};
  for (const contracts of Object.values(output.contracts ?? {})) {
    for (const [name, contract] of Object.entries(contracts)) {
      const code = contract.evm?.bytecode?.object ?? "";
      if (code !== "") compiled[name] = `0x${code}`;
    }
  }
  if (Object.keys(compiled).length === 0) throw new Error(`${path}: ${JSON.stringify(output.errors).slice(0, 1_000)}`);
  return compiled;
}
