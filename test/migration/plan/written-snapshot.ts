import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { headLine, manifestFile, tokenLine } from "../../../src/migration/manifest.ts";
import { openRun, type RunFolder, type RunIdentity } from "../../../src/migration/run-folder.ts";
import type { ManifestToken, SnapshotResult } from "../../../src/migration/types.ts";

const block = { number: "128", hash: `0x${"b1".repeat(32)}` } as const;

/** A run's folder as a snapshot leaves it, of whatever tokens. */
export async function writtenSnapshot(
  directory: string,
  identity: RunIdentity,
  given: readonly ManifestToken[],
  more: Partial<SnapshotResult> = {},
): Promise<RunFolder> {
  const run = await openRun(directory, identity);
  const tokens = [...given].sort((a, b) => (a.id < b.id ? -1 : 1));
  const text = headLine(run, block) + tokens.map(tokenLine).join("");
  writeFileSync(join(directory, manifestFile), text);
  const alive = tokens.filter(({ owner }) => owner !== "hole");
  const count = (owner: string): number => tokens.filter((token) => token.owner === owner).length;
  await run.write("snapshot", {
    step: "snapshot",
    run: run.run,
    ...identity,
    block,
    name: "Old",
    symbol: "OLD",
    tokens: alive.length,
    owners: new Set(alive.map(({ owner }) => owner)).size,
    holes: count("hole"),
    door: count("door"),
    remapped: tokens.filter(({ remappedFrom }) => remappedFrom !== undefined).length,
    remapSha256: null,
    root: `0x${createHash("sha256").update(text).digest("hex")}`,
    manifest: {
      file: manifestFile,
      sha256: createHash("sha256").update(text).digest("hex"),
      bytes: Buffer.byteLength(text),
    },
    pattern: null,
    ownersWithCode: [],
    approvals: { tokens: 0, operators: 0 },
    seconds: 1,
    ...more,
  });
  return run;
}
