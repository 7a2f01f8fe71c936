// Compiles contracts/ and writes what the sources import: ABI and bytecode as typed constants.
//
//   node scripts/generate-contracts.ts           writes the files
//   node scripts/generate-contracts.ts --check   changes nothing; exit code 1 if a file is not what it would be
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import hre from "hardhat";
import { format, resolveConfig } from "prettier";

const root = fileURLToPath(new URL("..", import.meta.url));

const generated = [{ contract: "GuestBook", name: "guestBook", file: "examples/contracts/guest-book.ts" }] as const;

async function render({ contract, name, file }: (typeof generated)[number]): Promise<string> {
  const { abi, bytecode, sourceName } = await hre.artifacts.readArtifact(contract);
  const text = `// Generated from ${sourceName} by "npm run contracts". Not to be edited.

/** The ABI and the creation bytecode of ${contract}. */
export const ${name} = { abi: ${JSON.stringify(abi)}, bytecode: ${JSON.stringify(bytecode)} } as const;
`;
  return await format(text, { ...(await resolveConfig(join(root, file))), filepath: file });
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}

await hre.tasks.getTask("build").run({ force: true, quiet: true });
for (const entry of generated) {
  const path = join(root, entry.file);
  const text = await render(entry);
  if (text === (await readOrEmpty(path))) {
    console.log(`${entry.file} is up to date.`);
  } else if (process.argv.includes("--check")) {
    console.error(`${entry.file} is not what ${entry.contract} compiles to. Run: npm run contracts`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`${entry.file} written.`);
  }
}
