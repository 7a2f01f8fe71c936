import { constants } from "node:fs";
import { chmod, lstat, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { LatchkeyError } from "../../errors/latchkey-error.ts";

const ownerOnly = 0o600;

/**
 * Makes sure that the database file is there and is the owner's alone; makes it, and its directory, where they are not.
 * SQLite gives the files beside it (-wal, -shm) the same mode.
 *
 * @throws `ERR_STORE_UNSAFE_FILE` a symbolic link, not a regular file, another user's, or open to group or others; `ERR_STORE_UNAVAILABLE`.
 */
export async function prepareFile(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (!(await create(path))) await requireSafe(path);
  } catch (error) {
    if (error instanceof LatchkeyError) throw error;
    throw new LatchkeyError(
      "ERR_STORE_UNAVAILABLE",
      `The database file ${path} cannot be made or read. Nothing was opened.`,
      {
        context: { path },
        cause: error,
      },
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
