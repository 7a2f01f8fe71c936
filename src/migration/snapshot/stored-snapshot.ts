import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { checkManifest } from "../manifest.ts";
import type { RemapFile } from "../remap.ts";
import type { RunFolder } from "../run-folder.ts";
import type { SnapshotResult } from "../types.ts";

/**
 * The run's snapshot, if it was taken, with its manifest read through.
 *
 * @throws `ERR_MIGRATION_RUN_MISMATCH` it is not the one that is asked for; `ERR_MIGRATION_FILE_INVALID`, `ERR_MIGRATION_FILE_FAILED`.
 */
export async function storedSnapshot(
  run: RunFolder,
  { block, remap }: { readonly block?: bigint; readonly remap?: RemapFile },
): Promise<SnapshotResult | undefined> {
  const stored = await run.read("snapshot");
  if (stored === undefined) return undefined;
  const { number } = stored.block;
  if (block !== undefined && String(block) !== number) throw mismatch(`of block ${number}, not of ${String(block)}`);
  if (remap !== undefined && remap.sha256 !== stored.remapSha256)
    throw mismatch(stored.remapSha256 === null ? "without a remap file" : "with another remap file");
  return await checkManifest(run);
}

function mismatch(how: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_RUN_MISMATCH",
    `The folder has a snapshot ${how}. Nothing was done; take another folder, or ask for the snapshot that is there.`,
  );
}
