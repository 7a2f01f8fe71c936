// Run in a copy of the repository: puts a contract's ABI and bytecode, with the mutants in it, where src/ carries them.
//
//   node scripts/mutation/install-bytecode.ts contracts/NAME.sol
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compileContracts } from "../contracts-compile.ts";
import { renderSplit } from "../contracts-render.ts";

for (const compiled of await compileContracts(process.argv.slice(2))) {
  for (const { path, text } of renderSplit(compiled, "src/contracts/generated")) {
    await writeFile(join(process.cwd(), path), text);
  }
}
