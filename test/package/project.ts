import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecord } from "../../scripts/guards.ts";
import { type Outcome, run } from "../../scripts/run.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A stranger's project in a directory of its own. */
export interface Project {
  readonly directory: string;
  install(...packages: readonly string[]): Promise<void>;
  /** Writes a TypeScript program and compiles it with every declaration checked; returns what the compiler prints. */
  compile(file: string, text: string): Promise<string>;
  /** Runs a compiled program under a Node of the caller's choice. */
  start(node: string, file: string, ...args: readonly string[]): Promise<Outcome>;
  remove(): Promise<void>;
}

/** The version of a package that this repository's lockfile names, as npm's `name@version`. */
export async function locked(name: string): Promise<string> {
  const lockfile: unknown = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const packages = isRecord(lockfile) ? lockfile["packages"] : undefined;
  const entry = isRecord(packages) ? packages[`node_modules/${name}`] : undefined;
  if (!isRecord(entry)) throw new Error(`The lockfile names no ${name}.`);
  return `${name}@${String(entry["version"])}`;
}

// The environment of "npm run" would make npm look for its settings in this repository.
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)),
);

/** npm installs into it what the stranger names. */
export async function createProject(): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-stranger-"));
  const env = { ...cleanEnvironment, INIT_CWD: directory };
  const manifest = { name: "stranger", version: "1.0.0", private: true, type: "module" };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest));
  const compilerOptions = {
    target: "es2024",
    module: "nodenext",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [] }));

  async function install(...packages: readonly string[]): Promise<void> {
    const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
    const { code, stderr } = await run("npm", args, { cwd: directory, env });
    if (code !== 0) throw new Error(`npm install ${packages.join(" ")}: ${stderr}`);
  }

  async function compile(file: string, text: string): Promise<string> {
    await writeFile(join(directory, `${file}.ts`), text.trimStart());
    const settings: unknown = JSON.parse(await readFile(join(directory, "tsconfig.json"), "utf8"));
    const config = { ...(isRecord(settings) ? settings : {}), files: [`${file}.ts`] };
    await writeFile(join(directory, `tsconfig.${file}.json`), JSON.stringify(config));
    const { code, stdout } = await run("npx", ["--no-install", "tsc", "-p", `tsconfig.${file}.json`], {
      cwd: directory,
      env,
    });
    return code === 0 ? "" : stdout;
  }

  return {
    directory,
    install,
    compile,
    start: (node, file, ...args) => run(node, [`${file}.js`, ...args], { cwd: directory, env, timeoutMs: 60_000 }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
