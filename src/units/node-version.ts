import { LatchkeyError } from "../errors/latchkey-error.ts";

// node:sqlite and what else the sources stand on appear in this release.
const oldest = [22, 13] as const;

/**
 * @param version - `process.versions.node`.
 * @throws `ERR_CONFIG_INVALID` it is older than what Latchkey runs on.
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `Latchkey needs Node ${oldest.join(".")} or later; this is ${version}. Nothing was opened; run the program with a newer Node.`,
    { context: { node: version } },
  );
}
