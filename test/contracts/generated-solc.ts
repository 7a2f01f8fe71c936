import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRecord } from "../../scripts/guards.ts";

const solcjs = createRequire(import.meta.url).resolve("solc/solc.js");

/** Runs the compiler's own command. Through files: it reads no pipe that is slow to fill, and ends before one is empty. */
async function runCompiler(input: unknown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-solc-"));
  try {
    await writeFile(join(directory, "input.json"), JSON.stringify(input));
    const stdin = await open(join(directory, "input.json"));
    const stdout = await open(join(directory, "output.json"), "w");
    const child = spawn(process.execPath, [solcjs, "--standard-json"], { stdio: [stdin.fd, stdout.fd, "inherit"] });
    await once(child, "close");
    await Promise.all([stdin.close(), stdout.close()]);
    return await readFile(join(directory, "output.json"), "utf8");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What the compiler's own command makes of standard JSON input; throws with its errors, if there are any. */
export async function compileStandardJson(input: unknown): Promise<Readonly<Record<string, unknown>>> {
  const printed = await runCompiler(input);
  // The command may print a notice about its SMT callback before the answer.
  const output: unknown = JSON.parse(printed.slice(printed.indexOf("{")));
  if (!isRecord(output)) throw new Error("The compiler answered no object.");
  const errors = Array.isArray(output["errors"]) ? output["errors"].filter(isRecord) : [];
  const severe = errors
    .filter((error) => error["severity"] === "error")
    .map((error) => String(error["formattedMessage"]));
  if (severe.length > 0) throw new Error(severe.join("\n"));
  return output;
}

/** A value inside nested objects; undefined where the way there ends. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

export function keysOf(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}
