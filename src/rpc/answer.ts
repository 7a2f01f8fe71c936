import { isRecord } from "../units/is-record.ts";
const longestData = 20_000;

/** The error object of JSON-RPC 2.0, section 5.1. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  /** Revert data. */
  readonly data: string | null;
}

/**
 * The JSON-RPC error of an answer. One that belongs to another request says nothing about this one; one without a number for a code
 * comes from something before the node, whose status of 5xx says more.
 */
export function errorIn(answer: Record<string, unknown> | undefined, id: number, status: number): RpcError | undefined {
  const error = answer?.["error"];
  if (typeof error !== "object" || error === null) return undefined;
  // A node that could not read the request has no id to answer with.
  const { id: answered = null } = answer ?? {};
  if (answered !== null && answered !== id) return undefined;
  const code = "code" in error && Number.isSafeInteger(error.code) ? Number(error.code) : undefined;
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  if (code === undefined && (message === "" || status >= 500)) return undefined;
  return { code: code ?? 0, message, data: "data" in error ? dataOf(error.data) : null };
}

/** A JSON object, or undefined for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The revert data of an error, which nodes put in `data` itself, one level below, or behind a word ("Reverted 0x..."). */
function dataOf(data: unknown): string | null {
  const inner = typeof data === "object" && data !== null && "data" in data ? data.data : data;
  if (typeof inner !== "string" || inner.length > longestData) return null;
  return /^(?:reverted )?(0x(?:[0-9a-f]{2})*)$/i.exec(inner)?.[1] ?? null;
}

/** Milliseconds, of a header that gives seconds; a date, or more than an hour, counts as none. */
export function retryAfter(header: string | null): number | null {
  const seconds = /^\d{1,4}$/.test(header ?? "") ? Number(header) : Infinity;
  return seconds <= 3600 ? seconds * 1000 : null;
}
