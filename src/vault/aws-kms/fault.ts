import type { ErrorCode } from "../../errors/codes.ts";

type FaultCode = Extract<ErrorCode, `ERR_KMS_${string}` | "ERR_VAULT_OPEN_FAILED">;

/** Why one attempt failed. Holds nothing of the request or the answer but what is named here. */
export interface Fault {
  readonly code: FaultCode;
  /** The service's or the system's name for it: `ThrottlingException`, `ECONNREFUSED`, `timeout`. */
  readonly reason: string;
  /** Whether another attempt may succeed at once. */
  readonly again: boolean;
  readonly httpStatus?: number;
  /** AWS's id of the request, for CloudTrail and support. */
  readonly requestId?: string;
  /** The service's own words, only where they say who lacks which permission. */
  readonly detail?: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

const names: Readonly<Record<string, FaultCode>> = {
  ...named("ERR_KMS_THROTTLED", [
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "LimitExceededException",
    "SlowDown",
  ]),
  ...named("ERR_KMS_UNAVAILABLE", [
    "KMSInternalException",
    "DependencyTimeoutException",
    "KeyUnavailableException",
    "InternalFailure",
    "InternalServerError",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "RequestTimeout",
  ]),
  ...named("ERR_KMS_DENIED", [
    "AccessDenied",
    "AccessDeniedException",
    "CredentialsProviderError",
    "ExpiredTokenException",
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "OptInRequired",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "TokenProviderError",
    "UnrecognizedClientException",
  ]),
  ...named("ERR_KMS_KEY_UNUSABLE", [
    "DisabledException",
    "InvalidArnException",
    "InvalidKeyUsageException",
    "KMSInvalidStateException",
    "NotFoundException",
    "UnsupportedOperationException",
    "ValidationException",
  ]),
  ...named("ERR_VAULT_OPEN_FAILED", ["InvalidCiphertextException", "IncorrectKeyException"]),
};

export const timedOut: Fault = { code: "ERR_KMS_UNAVAILABLE", reason: "timeout", again: true };
export const wrongKey: Fault = { code: "ERR_KMS_WRONG_KEY", reason: "another key's ARN in the reply", again: false };
export const badReply: Fault = { code: "ERR_KMS_UNAVAILABLE", reason: "incomplete reply", again: true };
export const oddReply: Fault = { code: "ERR_KMS_UNAVAILABLE", reason: "unexpected reply", again: true };
export const wrongKind: Fault = { code: "ERR_KMS_KEY_UNUSABLE", reason: "a key of another kind", again: false };
export const notOurs: Fault = { code: "ERR_VAULT_OPEN_FAILED", reason: "not a wrapped key", again: false };

/**
 * Sorts what the SDK threw. The exception's name decides, else the HTTP status, else it is the network's fault or an answer that is not KMS's.
 * Names and not classes, so that a client of another copy of the SDK is understood too.
 */
export function classify(error: unknown): Fault {
  const metadata = fieldOf(error, "$metadata");
  const httpStatus = numberOr(fieldOf(metadata, "httpStatusCode"));
  const requestId = token(fieldOf(metadata, "requestId"));
  const name = token(fieldOf(error, "name")) ?? "unknown";
  const code = (Object.hasOwn(names, name) ? names[name] : undefined) ?? codeOfStatus(httpStatus);
  // The SDK learned the service's time from the refusal and signs the next attempt with it.
  const skewCorrected = fieldOf(metadata, "clockSkewCorrected") === true;
  const detail = name === "AccessDeniedException" ? fieldOf(error, "message") : undefined;
  return {
    code,
    reason: token(fieldOf(error, "code")) ?? name,
    again: code === "ERR_KMS_THROTTLED" || code === "ERR_KMS_UNAVAILABLE" || skewCorrected,
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(typeof detail === "string" ? { detail: safeDetail(detail) } : {}),
  };
}

/** Bounded, on one line, and without what may be a key or a token: those of AWS, and 32 bytes in base64 or hex, are longer than any name. */
function safeDetail(text: string): string {
  return text
    .slice(0, 1_000)
    .replace(/[A-Za-z0-9+/=]{40,}/g, "[hidden]")
    .slice(0, 500)
    .replace(/[^\x20-\x7e]/g, "?");
}

function codeOfStatus(status: number | undefined): FaultCode {
  if (status === 429) return "ERR_KMS_THROTTLED";
  if (status === 401 || status === 403) return "ERR_KMS_DENIED";
  return "ERR_KMS_UNAVAILABLE";
}

function named(code: FaultCode, list: readonly string[]): Record<string, FaultCode> {
  return Object.fromEntries(list.map((name) => [name, code]));
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
}

function numberOr(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A short plain name, so that nothing else finds its way from an answer into a log. */
function token(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z0-9_.:-]{1,80}$/.test(value) ? value : undefined;
}
