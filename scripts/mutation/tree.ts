import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../run.ts";
import { switchPath, switchSource } from "./schema.ts";

/** The contracts that are ours to test: not what is placed by overrides, not the examples. */
export async function contractFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const found: [string, string][] = [];
  for (const folder of ["contracts", "contracts/extensions"]) {
    for (const name of (await readdir(join(root, folder))).toSorted()) {
      const path = `${folder}/${name}`;
      if (name.endsWith(".sol")) found.push([path, await readFile(join(root, path), "utf8")]);
    }
  }
  return new Map(found);
}

const parts = ["contracts", "src", "test", "scripts", "package.json", "tsconfig.json", "hardhat.config.ts"];
/** Contracts that no test of the run deploys; each would be compiled. */
const needless = /(^|\/)(contracts\/examples|contracts\/inspection|test\/contracts\/mocks\/Conformance[^/]*)$/;

/** Copies what the tests need into a fresh directory, which is there while `use` runs, and writes the given files over it. */
export async function withCopy<T>(
  root: string,
  files: ReadonlyMap<string, string>,
  use: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = await mkdtemp(join(tmpdir(), "latchkey-mutation-"));
  try {
    for (const part of parts) {
      await cp(join(root, part), join(copy, part), { recursive: true, filter: (path) => !needless.test(path) });
    }
    await symlink(join(root, "node_modules"), join(copy, "node_modules"));
    for (const [path, text] of new Map([...files, [switchPath, switchSource]])) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await writeFile(join(copy, path), text);
    }
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** What the children of a run see: the copy's own configuration, and which mutant is active. */
export function environment(copy: string, mutant: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HARDHAT_CONFIG: join(copy, "scripts/mutation/hardhat-config.ts"),
    MUTANT: String(mutant),
    NO_COLOR: "1",
    FORCE_COLOR: undefined,
  };
}

/** Compiles the copy once, for all mutants. */
export async function build(copy: string): Promise<void> {
  const args = [join(copy, "node_modules/hardhat/dist/src/cli.js"), "build", "--no-tests"];
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: copy, env: environment(copy, 0) });
  if (code !== 0) throw new Error(`The contracts with mutants do not compile.\n${stdout}${stderr}`);
}

/** Compiles one contract of the copy and puts its bytecode where the package's sources carry it. */
export async function installBytecode(copy: string, path: string): Promise<void> {
  const args = [join(copy, "scripts/mutation/install-bytecode.ts"), path];
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: copy, env: environment(copy, 0) });
  if (code !== 0) throw new Error(`${path} with mutants does not compile.\n${stdout}${stderr}`);
}
