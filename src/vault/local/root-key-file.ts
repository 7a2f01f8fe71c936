import { randomBytes, randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, link, open, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { wipe } from "../../units/bytes.ts";
import { makeDurableDirectory, syncDirectory } from "../../units/durable-directory.ts";

const keyBytes = 32;
const groupAndOthers = 0o077;
// Without O_NONBLOCK a pipe put in the file's place would hold a thread until somebody writes to it.
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const passingCodes: readonly string[] = ["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EINTR"];

/**
 * Reads the root key. What is checked is what is read: one descriptor serves both.
 *
 * @returns 32 bytes that the caller wipes, or undefined if there is no file.
 * @throws `ERR_ROOT_KEY_UNSAFE` a symbolic link, not a regular file, another owner, open to group or others, not 32 bytes, all zero,
 * or not readable.
 */
export async function readRootKey(path: string): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, readFlags);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") throw unsafe(path, "it is a symbolic link", "Put the file itself there.");
    throw failed(path, "read", error);
  }
  const key = Buffer.alloc(keyBytes);
  try {
    refuseUnsafe(path, await file.stat());
    const { bytesRead } = await file.read(key, 0, keyBytes, 0);
    if (bytesRead !== keyBytes || key.every((byte) => byte === 0)) {
      throw unsafe(path, "it does not hold a key", "Restore it from its backup.");
    }
    return key;
  } catch (error) {
    wipe(key);
    throw error instanceof LatchkeyError ? error : failed(path, "read", error);
  } finally {
    await file.close();
  }
}

/**
 * Makes the root key file, mode 0600, unless there is one: of any number of callers and processes one makes it.
 * It is whole from the moment it has its name. Missing directories are made with mode 0700.
 *
 * @throws `ERR_ROOT_KEY_UNSAFE` it cannot be written there.
 */
export async function createRootKey(path: string): Promise<void> {
  const directory = dirname(path);
  const draft = join(directory, `.${basename(path)}.${randomUUID()}`);
  const key = randomBytes(keyBytes);
  try {
    await makeDurableDirectory(directory);
    try {
      await writeDraft(draft, key);
      await linkUnlessThere(draft, path);
    } finally {
      await unlink(draft).catch(ignoreMissing);
    }
  } catch (error) {
    throw failed(path, "made", error);
  } finally {
    wipe(key);
  }
}

/**
 * Makes the file's name survive a power cut. Whoever wraps with the key does this first: the process that made the file may
 * not have come to it.
 */
export async function syncDirectoryOf(path: string): Promise<void> {
  try {
    await syncDirectory(dirname(path));
  } catch (error) {
    throw failed(path, "made durable", error);
  }
}

async function writeDraft(draft: string, key: Uint8Array): Promise<void> {
  const file = await open(draft, createFlags, 0o600);
  try {
    // A umask can take bits from the mode asked for at creation.
    await file.chmod(0o600);
    await file.writeFile(key);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linkUnlessThere(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== "ENOENT") throw error;
}

function refuseUnsafe(path: string, stats: Stats): void {
  if (!stats.isFile()) throw unsafe(path, "it is not a regular file", "Put the key file there.");
  if (stats.uid !== process.geteuid?.()) {
    throw unsafe(path, "it belongs to another user", "Make it this process's own: chown, then chmod 600.");
  }
  if ((stats.mode & groupAndOthers) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, "0");
    throw unsafe(path, `its mode ${mode} lets others at it`, "If nobody has read it: chmod 600.");
  }
  if (stats.size !== keyBytes) {
    throw unsafe(path, `it has ${String(stats.size)} bytes, not ${String(keyBytes)}`, "Restore it from its backup.");
  }
}

function unsafe(path: string, why: string, remedy: string): LatchkeyError {
  return new LatchkeyError("ERR_ROOT_KEY_UNSAFE", `The root key file ${path} was refused: ${why}. ${remedy}`, {
    context: { path },
  });
}

function failed(path: string, what: string, cause: unknown): LatchkeyError {
  const code = codeOf(cause) ?? "unknown";
  return new LatchkeyError("ERR_ROOT_KEY_UNSAFE", `The root key file ${path} could not be ${what} (${code}).`, {
    context: { path, reason: code },
    cause,
    retryable: passingCodes.includes(code),
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
