import { randomUUID } from "node:crypto";
import { type FileHandle, link, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import { syncDirectory } from "../units/durable-directory.ts";

/** A file that is being written beside the one that it will replace. */
export interface NewFile {
  /** @throws `ERR_MIGRATION_FILE_FAILED`. */
  append(bytes: Uint8Array): Promise<void>;
  /** Puts it in place, all at once; it survives a power cut once this resolves. @throws `ERR_MIGRATION_FILE_FAILED`. */
  replace(): Promise<void>;
  /** Puts it in place only where there is no file yet. @returns whether it did. @throws `ERR_MIGRATION_FILE_FAILED`. */
  create(): Promise<boolean>;
  /** Gives it up, unless it is in place already. */
  discard(): Promise<void>;
}

/** @throws `ERR_MIGRATION_FILE_FAILED`. */
export async function startFile(path: string): Promise<NewFile> {
  const directory = dirname(path);
  // Of its own name: two processes that write the same file do not write into each other's.
  const partial = join(directory, `.${basename(path)}.${randomUUID()}.partial`);
  let handle: FileHandle | undefined = await attempt(path, () => open(partial, "wx", 0o600));

  const finish = async (): Promise<void> => {
    const finished = handle;
    handle = undefined;
    try {
      await finished?.sync();
    } finally {
      await finished?.close();
    }
  };
  return {
    append: (bytes) =>
      attempt(path, async () => {
        await handle?.appendFile(bytes);
      }),
    replace: () =>
      attempt(path, async () => {
        await finish();
        await rename(partial, path);
        await syncDirectory(directory);
      }),
    create: () =>
      attempt(path, async () => {
        await finish();
        const isFirst = await linkNew(partial, path);
        await rm(partial, { force: true });
        await syncDirectory(directory);
        return isFirst;
      }),
    discard: async () => {
      await finish().catch(() => undefined);
      await rm(partial, { force: true }).catch(() => undefined);
    },
  };
}

/**
 * Replaces a file all at once: whoever reads it sees the old one or the new one, and a failure leaves the old one.
 *
 * @throws `ERR_MIGRATION_FILE_FAILED`.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const file = await startFile(path);
  try {
    await file.append(Buffer.from(text, "utf8"));
    await file.replace();
  } finally {
    await file.discard();
  }
}

/** Undefined where there is no file. @throws `ERR_MIGRATION_FILE_FAILED` it is there and cannot be read. */
export async function readWhole(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw failed(path, "read", error);
  }
}

/** That a file of a run does not hold what it should. */
export function fileInvalid(file: string, what: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_FILE_INVALID",
    `${file} ${what}. Nothing was sent; put back the file that the step wrote, or start in a new folder.`,
    { context: { file, what } },
  );
}

/** The system's word for what went wrong, such as ENOSPC. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function failed(path: string, what: "read" | "written", error: unknown): LatchkeyError {
  const [file, reason] = [basename(path), codeOf(error) ?? "unknown"];
  const next = reason === "ENOSPC" ? "make room on the disk" : "look at the folder's disk and permissions";
  return new LatchkeyError(
    "ERR_MIGRATION_FILE_FAILED",
    `${file} could not be ${what} (${reason}). What was there before is intact; ${next}, and run the step again.`,
    { context: { file, reason }, cause: error },
  );
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failed(path, "written", error);
  }
}
