import type { ErrorCode } from "../../errors/codes.ts";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const conflicts: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);
const outages = /^(?:08|53|57P)/;
const refusals = /^(?:28|3D|42501)/;
/** A write in a read-only transaction: the server is a standby now, or was set so. */
const readOnly = "25006";
const timeouts: ReadonlySet<string> = new Set(["57014", "25P03"]);
const sqlState = /^[0-9A-Z]{5}$/;

/** Turns what pg throws into a typed error. Statement text, values and the connection URL stay out of the message. */
export function postgresError(error: unknown): LatchkeyError {
  if (error instanceof LatchkeyError) return error;
  const state = codeOf(error);
  const [code, what] = classify(error, state);
  return new LatchkeyError(code, `${what} The statement had no effect.`, {
    context: { postgres: state ?? "none" },
    cause: error,
  });
}

/** Whether the same transaction may pass if it is run again: a serialisation conflict or a deadlock. */
export function isConflict(error: unknown): boolean {
  return error instanceof LatchkeyError && conflicts.has(String(error.context["postgres"]));
}

/** Whether the connection can no longer be trusted. */
export function isOutage(error: unknown): error is LatchkeyError {
  return isLatchkeyError(error, "ERR_STORE_UNAVAILABLE");
}

/** The failure of a COMMIT whose answer never came. */
export function commitUnknown(error: LatchkeyError): LatchkeyError {
  return new LatchkeyError(
    "ERR_STORE_UNAVAILABLE",
    "The connection was lost while a transaction was committing: it may or may not have taken effect. Read before you repeat it.",
    { context: { ...error.context, outcome: "unknown" }, cause: error.cause },
  );
}

function classify(error: unknown, state: string | undefined): readonly [ErrorCode, string] {
  if (isTlsRefusal(error, state)) {
    return [
      "ERR_STORE_FAILED",
      "No encrypted connection to PostgreSQL came about: check that the server offers TLS, its certificate's name, and tls.ca.",
    ];
  }
  // No SQLSTATE: the driver or the network failed before the server could answer.
  if (state === undefined || !sqlState.test(state) || outages.test(state)) {
    return ["ERR_STORE_UNAVAILABLE", "PostgreSQL could not be reached, or ended the connection."];
  }
  if (state === readOnly) {
    return [
      "ERR_STORE_UNAVAILABLE",
      "PostgreSQL takes no writes here: it became a standby, or was set read-only. A retry connects anew: see that it reaches the primary.",
    ];
  }
  if (conflicts.has(state)) return ["ERR_STORE_BUSY", "A conflict with another transaction did not clear."];
  if (timeouts.has(state)) return ["ERR_STORE_BUSY", "PostgreSQL cancelled a statement that took too long."];
  if (refusals.test(state)) {
    return [
      "ERR_STORE_FAILED",
      "PostgreSQL refused the login or a permission: check user, password, database and grants.",
    ];
  }
  return ["ERR_STORE_FAILED", "PostgreSQL refused a statement."];
}

// OpenSSL's and Node's words for a certificate that is not accepted; pg's for a server without TLS has no code.
const tlsCodes = /^ERR_(?:TLS|SSL)_|CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

function isTlsRefusal(error: unknown, code: string | undefined): boolean {
  if (code !== undefined) return tlsCodes.test(code);
  return error instanceof Error && error.message.includes("does not support SSL");
}

function codeOf(error: unknown): string | undefined {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return undefined;
}
