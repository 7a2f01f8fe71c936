import { constants } from "node:fs";
import { chmod, lstat, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { makeDurableDirectory } from "../../units/durable-directory.ts";

const ownerOnly = 0o600;

/**
 * Makes sure that the database file is there and is the owner's alone; makes it, and its directory, where they are not.
 * SQLite gives the files beside it (-wal, -shm) the same mode.
 *
 * @throws `ERR_STORE_UNSAFE_FILE` a symbolic link, not a regular file, another user's, or open to group or others; `ERR_STORE_UNAVAILABLE`.
 */
export async function prepareFile(path: string): Promise<void> {
  await typed(path, async () => {
    await makeDurableDirectory(dirname(path));
    if (!(await create(path))) await requireSafe(path);
  });
}

/**
 * As `prepareFile`, but makes nothing.
 *
 * @throws as `prepareFile`; `ERR_STORE_UNAVAILABLE` also where there is no file.
 */
export async function requireFile(path: string): Promise<void> {
  await typed(path, () => requireSafe(path));
}

/**
 * Remembers which file has this name now. What is written to an open file after its name was taken away is gone with the last
 * process that has it open.
 *
 * @returns a check that the name still leads to that file. It throws `ERR_STORE_UNAVAILABLE`.
 */
export async function fileGuard(path: string): Promise<() => Promise<void>> {
  const opened = await typed(path, () => stat(path, { bigint: true }));
  return async () => {
    let cause: unknown;
    try {
      const found = await stat(path, { bigint: true });
      if (found.dev === opened.dev && found.ino === opened.ino) return;
    } catch (error) {
      cause = error;
    }
    throw new LatchkeyError(
      "ERR_STORE_UNAVAILABLE",
      `The database file ${path} was removed or replaced while this process had it open. Nothing was written; ` +
        "put the right file there and restart the process.",
      { context: { path }, cause },
    );
  };
}

async function typed<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof LatchkeyError) throw error;
    throw new LatchkeyError(
      "ERR_STORE_UNAVAILABLE",
      `The database file ${path} cannot be made or read. Nothing was opened.`,
      { context: { path }, cause: error },
    );
  }
}

async function create(path: string): Promise<boolean> {
  try {
    const { O_CREAT, O_EXCL, O_RDWR } = constants;
    const file = await open(path, O_CREAT | O_EXCL | O_RDWR, ownerOnly);
    await file.close();
    // The umask may have taken the owner's own bits away.
    await chmod(path, ownerOnly);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function requireSafe(path: string): Promise<void> {
  const status = await lstat(path);
  if (!status.isFile()) throw unsafe(path, "is not a regular file");
  if (process.geteuid !== undefined && status.uid !== process.geteuid()) throw unsafe(path, "belongs to another user");
  // Windows has no such modes and reports them open.
  if (process.platform !== "win32" && (status.mode & 0o077) !== 0) {
    throw unsafe(path, `is open to others (mode ${(status.mode & 0o777).toString(8)}); run: chmod 600 ${path}`);
  }
}

function unsafe(path: string, what: string): LatchkeyError {
  return new LatchkeyError("ERR_STORE_UNSAFE_FILE", `The database file ${path} ${what}. Nothing was opened.`, {
    context: { path },
  });
}
