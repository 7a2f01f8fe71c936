import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { ErrorCode } from "../../errors/codes.ts";

// Primary result codes: https://sqlite.org/rescode.html
const busy: ReadonlySet<number> = new Set([5, 6]);
const unavailable: ReadonlySet<number> = new Set([8, 10, 13, 14, 23]);
const corrupt: ReadonlySet<number> = new Set([11, 26]);

/** Turns what node:sqlite throws into a typed error. The statement's text and values stay out of the message. */
export function sqliteError(error: unknown): LatchkeyError {
  if (error instanceof LatchkeyError) return error;
  const result = resultCodeOf(error);
  const primary = result & 0xff;
  const [code, what]: [ErrorCode, string] = busy.has(primary)
    ? ["ERR_STORE_BUSY", "The database file is locked by another process."]
    : unavailable.has(primary)
      ? [
          "ERR_STORE_UNAVAILABLE",
          "The database file cannot be read or written: check the disk, its space and the file's permissions.",
        ]
      : corrupt.has(primary)
        ? ["ERR_STORE_FAILED", "The file is not a SQLite database, or is damaged: restore it from a backup."]
        : ["ERR_STORE_FAILED", "The database refused a statement."];
  return new LatchkeyError(code, `${what} The statement had no effect.`, { context: { sqlite: result }, cause: error });
}

export function isBusy(error: unknown): boolean {
  return error instanceof LatchkeyError && error.code === "ERR_STORE_BUSY";
}

function resultCodeOf(error: unknown): number {
  if (typeof error === "object" && error !== null && "errcode" in error && typeof error.errcode === "number")
    return error.errcode;
  return 0;
}
