// Compiles contracts/ and writes what the sources import: ABIs and bytecode as typed constants.
//
//   node scripts/generate-contracts.ts           writes the files
//   node scripts/generate-contracts.ts --check   changes nothing; exit code 1 if a file is not what it would be
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { compileContracts } from "./contracts-compile.ts";
import { type GeneratedFile, renderSplit, renderWhole } from "./contracts-render.ts";
import { presets } from "./contracts-presets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const examples = [
  { source: "contracts/examples/GuestBook.sol", name: "guestBook", file: "examples/contracts/guest-book.ts" },
] as const;

// Placed by code overrides, never deployed: what runs is what is wanted of them.
const inspection = [
  { source: "contracts/inspection/Director.sol", name: "director", file: "src/inspection/artifacts/director.ts" },
  { source: "contracts/inspection/Puppet.sol", name: "puppet", file: "src/inspection/artifacts/puppet.ts" },
  { source: "contracts/inspection/Receiver.sol", name: "receiver", file: "src/inspection/artifacts/receiver.ts" },
] as const;

async function generate(): Promise<readonly GeneratedFile[]> {
  const sources = [...examples, ...inspection].map(({ source }) => source);
  const compiled = await compileContracts([...sources, ...presets]);
  return compiled.flatMap((each) => {
    const example = examples.find(({ source }) => `project/${source}` === each.source);
    if (example !== undefined) return [renderWhole(each, example.name, example.file, "creation")];
    const part = inspection.find(({ source }) => `project/${source}` === each.source);
    if (part !== undefined) return [renderWhole(each, part.name, part.file, "runtime")];
    return renderSplit(each, "src/contracts/generated");
  });
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}

for (const { path: file, text: raw } of await generate()) {
  const path = join(root, file);
  const text = await format(raw, { ...(await resolveConfig(path)), filepath: file });
  if (text === (await readOrEmpty(path))) {
    console.log(`${file} is up to date.`);
  } else if (process.argv.includes("--check")) {
    console.error(`${file} is not what its contract compiles to. Run: npm run contracts`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`${file} written.`);
  }
}
