import { constants } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { failed } from "../files.ts";
import { manifestFile } from "../manifest.ts";
import { openRun, type RunFolder } from "../run-folder.ts";

/** What a rehearsal begins with: the real run's, byte for byte. */
const files = ["run.json", "snapshot.json", "plan.json", manifestFile] as const;

/**
 * A folder of the rehearsal's own, inside the run's, as the run was after its plan. What an earlier rehearsal left is
 * removed: its chain is gone.
 *
 * @throws `ERR_MIGRATION_FILE_FAILED`; as `openRun`.
 */
export async function openRehearsal(run: RunFolder): Promise<RunFolder> {
  const directory = join(run.directory, "rehearsal");
  try {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { mode: 0o700 });
    // Shares the manifest's blocks where the file system can: it may have hundreds of megabytes.
    for (const file of files)
      await copyFile(join(run.directory, file), join(directory, file), constants.COPYFILE_FICLONE);
  } catch (error) {
    throw failed(directory, "written", error);
  }
  return await openRun(directory, run.identity);
}
