// Writes what an explorer needs to verify a preset: the compiler's input, and the compiler's version beside it.
//
//   node scripts/contracts-standard-json.ts [DIR]   default: dist/standard-json
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ContractInput, inputsOf } from "./contracts-compile.ts";
import { presets } from "./contracts-presets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The input as compiled, but for what the compiler is asked to print. */
function standardJsonOf({ input }: ContractInput): unknown {
  const output = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"];
  return { ...input, settings: { ...input.settings, outputSelection: { "*": { "*": output } } } };
}

/** Writes one file a contract, and the versions of their compilers as `compilers.json`. */
export async function writeStandardJson(directory: string, contracts: readonly ContractInput[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  const versions: Record<string, string> = {};
  for (const each of contracts) {
    versions[each.contract] = each.compiler;
    await writeFile(join(directory, `${each.contract}.json`), `${JSON.stringify(standardJsonOf(each), null, 1)}\n`);
  }
  await writeFile(join(directory, "compilers.json"), `${JSON.stringify(versions, null, 2)}\n`);
}

if (import.meta.main) {
  await writeStandardJson(resolve(root, process.argv[2] ?? "dist/standard-json"), await inputsOf(presets));
}
