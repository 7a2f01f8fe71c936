// Checks README.md and docs/: TypeScript blocks compile against the sources, shell blocks name scripts that exist, JSON
// parses, links lead somewhere. A block marked `sh run` is run, and must end with exit code 0.
//
//   node scripts/check-docs.ts [folder]     the folder is the repository's own unless it is named
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Block, blocksOf, checkBlock, linkedPaths, scriptNames } from "./doc-blocks.ts";
import { run } from "./run.ts";
import { typeErrors } from "./type-check-blocks.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const root = resolve(process.argv[2] ?? repository);

interface Fault {
  readonly file: string;
  readonly line?: number;
  readonly what: string;
}

async function markdownFiles(): Promise<readonly string[]> {
  const docs = existsSync(join(root, "docs")) ? await readdir(join(root, "docs"), { recursive: true }) : [];
  const generated = /^docs[/\\]api[/\\]/;
  const top = (await readdir(root)).filter((name) => name.endsWith(".md"));
  return [...top, ...docs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name))].filter(
    (name) => !generated.test(name),
  );
}

async function runBlock(block: Block): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run("bash", ["-euo", "pipefail", "-c", block.text], { cwd: root });
  return code === 0 ? [] : [`Ended with exit code ${String(code)}:\n${stdout}${stderr}`];
}

const npmScripts = scriptNames(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
const faults: Fault[] = [];
const programs: { file: string; block: Block }[] = [];
let blockCount = 0;
let linkCount = 0;
const files = await markdownFiles();

for (const file of files) {
  const markdown = await readFile(join(root, file), "utf8");
  for (const path of linkedPaths(file, markdown)) {
    linkCount += 1;
    if (!existsSync(join(root, path))) faults.push({ file, what: `Links to ${path}, which is not there.` });
  }
  for (const block of blocksOf(markdown)) {
    blockCount += 1;
    const found = [...checkBlock(block, npmScripts)];
    if (block.language === "ts") programs.push({ file, block });
    if (found.length === 0 && ["sh", "bash"].includes(block.language) && block.marks.includes("run")) {
      found.push(...(await runBlock(block)));
    }
    faults.push(...found.map((what) => ({ file, line: block.line, what })));
  }
}
for (const { index, line, what } of typeErrors(
  repository,
  programs.map(({ block }) => block.text),
)) {
  const program = programs[index];
  // The first line of the program stands below the fence.
  if (program !== undefined) faults.push({ file: program.file, line: program.block.line + line, what });
}

for (const { file, line, what } of faults)
  console.error(`${file}${line === undefined ? "" : `:${String(line)}`} ${what}`);
console.log(
  `${String(files.length)} files, ${String(blockCount)} blocks (${String(programs.length)} compiled), ` +
    `${String(linkCount)} links: ${String(faults.length)} faults`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
