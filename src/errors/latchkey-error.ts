import { inspect } from "node:util";
import { type ErrorCode, errorCodes } from "./codes.ts";

/** Values that an error may carry beside its message: scalars that are safe to log. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | bigint | null>>;

export interface LatchkeyErrorOptions {
  /** Scalars for logs and branching. Never a key, a full URL or a request body. */
  readonly context?: ErrorContext;
  readonly cause?: unknown;
  /** Overrides the registry's word for this occurrence. */
  readonly retryable?: boolean;
}

// A registered symbol, so that the guard recognises errors of another copy of the package in the same process.
const brand = Symbol.for("latchkey.error");

/**
 * The one error class. `message` says what happened, what was not done, and what to do next.
 * `code` is stable across releases; `retryable` says whether the same call may succeed later.
 */
export class LatchkeyError extends Error {
  override readonly name = "LatchkeyError";
  readonly code: ErrorCode;
  readonly context: ErrorContext;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: LatchkeyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.context = Object.freeze({ ...options.context });
    this.retryable = options.retryable ?? errorCodes[code].retryable;
    Object.defineProperty(this, brand, { value: true });
  }

  /** For loggers: without the cause, which may be a foreign error with a message of its own. */
  toJSON(): Record<string, unknown> {
    const context = Object.fromEntries(
      Object.entries(this.context).map(([key, value]) => [key, typeof value === "bigint" ? value.toString() : value]),
    );
    return { name: this.name, code: this.code, message: this.message, retryable: this.retryable, context };
  }

  [inspect.custom](): string {
    return `${this.stack ?? `${this.name}: ${this.message}`} ${inspect({ code: this.code, retryable: this.retryable, context: this.context })}`;
  }
}

/** Tells a Latchkey error, also one thrown by another copy of the package, and optionally of one code. */
export function isLatchkeyError(error: unknown, code?: ErrorCode): error is LatchkeyError {
  if (typeof error !== "object" || error === null || !(brand in error)) return false;
  return code === undefined || ("code" in error && error.code === code);
}
