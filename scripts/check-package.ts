// Builds and packs the package, and checks the result as a stranger would meet it.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isRecord } from "./guards.ts";
import { pack, readManifest } from "./pack.ts";
import {
  checkContents,
  checkDeclarations,
  checkExports,
  checkImports,
  checkValues,
  type Manifest,
} from "./package-checks.ts";
import { run } from "./run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name: string): string => join(root, "node_modules", ".bin", name);
const importRuns = 9;

let failures = 0;
function tell(name: string, faults: readonly string[], note = ""): void {
  console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${name}${note === "" ? "" : ` (${note})`}`);
  for (const fault of faults) console.log(`     ${fault.replaceAll("\n", "\n     ")}`);
  if (faults.length > 0) failures += 1;
}

async function tellTool(name: string, command: string, args: readonly string[]): Promise<boolean> {
  const { code, stdout, stderr } = await run(command, args, { cwd: root });
  tell(name, code === 0 ? [] : [`${stdout}${stderr}`.trim()]);
  return code === 0;
}

/** Milliseconds that an import of the main entry takes in a fresh process, the middle of several. */
async function importMs(): Promise<number> {
  const url = pathToFileURL(join(root, "dist", "index.js")).href;
  const script = `const t = performance.now(); await import(${JSON.stringify(url)}); console.log(performance.now() - t);`;
  const times: number[] = [];
  for (let each = 0; each < importRuns; each += 1) {
    const { code, stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", script]);
    if (code !== 0) throw new Error(stderr);
    times.push(Number(stdout));
  }
  return times.toSorted((a, b) => a - b)[Math.floor(importRuns / 2)] ?? Number.NaN;
}

async function missingValues(manifest: Manifest): Promise<readonly string[]> {
  const faults = Object.values(manifest.exports).map(async (target) => {
    if (typeof target === "string") return [];
    const exported: unknown = await import(pathToFileURL(join(root, target.default)).href);
    return checkValues(join(root, target.types), isRecord(exported) ? Object.keys(exported) : []);
  });
  return (await Promise.all(faults)).flat();
}

const directory = await mkdtemp(join(tmpdir(), "latchkey-pack-"));
try {
  if (await tellTool("build", bin("tsup"), [])) {
    const tarball = await pack(root, directory);
    const manifest = await readManifest(root);
    const files = new Map(
      await Promise.all(tarball.files.map(async (path) => [path, await readFile(join(root, path), "utf8")] as const)),
    );
    const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
    const size = `${String(files.size)} files, ${kB(tarball.size)} packed, ${kB(tarball.unpackedSize)} unpacked`;
    tell("the tarball holds what it should", checkContents(files, root), size);
    tell("sub-paths exist", checkExports(manifest, files));
    tell("imports are declared and prefixed", checkImports(manifest, files));
    tell("the main entry's declarations name no peer", checkDeclarations(manifest, files));
    tell("declared values are there", await missingValues(manifest));
    await tellTool("publint", bin("publint"), ["run", tarball.path, "--strict"]);
    await tellTool("are the types wrong", bin("attw"), [tarball.path, "--profile", "esm-only"]);
    tell("the main entry imports", [], `${(await importMs()).toFixed(0)} ms`);
  }
  await tellTool("knip", bin("knip"), []);
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
