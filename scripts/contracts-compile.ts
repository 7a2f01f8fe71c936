import { join } from "node:path";
import { fileURLToPath } from "node:url";
import hre from "hardhat";
import type { CompilationJob, CompilerInput } from "hardhat/types/solidity";
import { isRecord } from "./guards.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A contract with what the compiler is given for it: its own sources and those they import, nothing else. */
export interface ContractInput {
  readonly contract: string;
  /** The name of its source in the input, for example `project/contracts/A.sol`. */
  readonly source: string;
  readonly input: CompilerInput;
  /** As explorers ask for it, for example `v0.8.37+commit.f401782d`. */
  readonly compiler: string;
}

export interface Compiled extends ContractInput {
  readonly abi: readonly Readonly<Record<string, unknown>>[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

interface Prepared extends ContractInput {
  readonly job: CompilationJob;
}

/** @param files - paths in the repository, or `npm:...`, each of which holds the contract of its name. */
export async function inputsOf(files: readonly string[]): Promise<readonly ContractInput[]> {
  return (await prepare(files)).map(({ contract, source, input, compiler }) => ({ contract, source, input, compiler }));
}

/**
 * Compiles each source file on its own, so that what comes out depends on nothing but what it imports. Touches neither
 * artifacts nor cache. Any warning is an error.
 */
export async function compileContracts(files: readonly string[]): Promise<readonly Compiled[]> {
  const compiled: Compiled[] = [];
  for (const each of await prepare(files)) compiled.push(await compile(each));
  return compiled;
}

async function prepare(files: readonly string[]): Promise<readonly Prepared[]> {
  const paths = files.map((file) => (file.startsWith("npm:") ? file : join(root, file)));
  const jobs = await hre.solidity.getCompilationJobs(paths, { force: true, quiet: true });
  if (!jobs.success) throw new Error(jobs.formattedReason);
  return await Promise.all(
    paths.map(async (path) => {
      const job = jobs.indexedIndividualJobs.get(path);
      if (job === undefined) throw new Error(`${path} has no compilation job.`);
      const input = await job.getSolcInput();
      const contract = /([^/]+)\.sol$/.exec(path)?.[1] ?? "";
      const source = Object.keys(input.sources).find((name) => name.endsWith(`/${contract}.sol`)) ?? "";
      return { contract, source, input, compiler: `v${job.solcLongVersion}`, job };
    }),
  );
}

async function compile({ job, ...given }: Prepared): Promise<Compiled> {
  const { output } = await hre.solidity.runCompilationJob(job, { quiet: true });
  const faults = (output.errors ?? []).map((each) => each.formattedMessage ?? each.message);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const found = output.contracts?.[given.source]?.[given.contract];
  const abi: unknown = found?.abi;
  if (found?.evm?.bytecode === undefined || found.evm.deployedBytecode === undefined || !Array.isArray(abi))
    throw new Error(`${given.source} holds no contract ${given.contract}.`);
  const { bytecode, deployedBytecode } = found.evm;
  if (Object.keys(bytecode.linkReferences).length > 0) throw new Error(`${given.contract} needs linking.`);
  return {
    ...given,
    abi: abi.filter(isRecord),
    bytecode: `0x${bytecode.object}`,
    deployedBytecode: `0x${deployedBytecode.object}`,
  };
}
