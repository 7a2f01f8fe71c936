import { spawnSync } from "node:child_process";

/** The interpreter that test/services/README.md asks for. */
export const python = process.env["LATCHKEY_PYTHON"] ?? "python3";

/**
 * Why tests that need these Python modules cannot run here, or undefined if they can.
 *
 * @param what - names the tests, for the line on stderr that says that they are skipped.
 * @throws where `CI` is set: there the whole of the tests is meant to run, and a part that cannot is a failure.
 */
export function reasonToSkip(what: string, ...modules: readonly string[]): string | undefined {
  const probe = spawnSync(python, ["-c", `import ${modules.join(", ")}`], { encoding: "utf8" });
  if (probe.status === 0) return undefined;
  const why = probe.error?.message ?? probe.stderr.trim().split("\n").at(-1) ?? "";
  const reason = `${python} cannot import ${modules.join(", ")}${why === "" ? "" : ` (${why})`}. See test/services/README.md.`;
  if (process.env["CI"] !== undefined) throw new Error(reason);
  process.stderr.write(`Skipped: ${what}. ${reason}\n`);
  return reason;
}
