import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a directory where there is none, and those above it that are missing, mode 0700. Their names survive a power cut
 * once this resolves. One that is there already is left as it is.
 */
export async function makeDurableDirectory(path: string): Promise<void> {
  const directory = resolve(path);
  const topmost = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (topmost !== undefined) await syncNames(directory, resolve(topmost));
}

/** Makes the names in a directory survive a power cut: syncing a file syncs its bytes alone. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows syncs no directories.
  if (process.platform === "win32") return;
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** A directory's name stands in the one above it. */
async function syncNames(directory: string, topmost: string): Promise<void> {
  const above = dirname(directory);
  await syncDirectory(above);
  if (directory !== topmost && above !== directory) await syncNames(above, topmost);
}
