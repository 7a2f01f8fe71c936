import type { RpcRequestOptions } from "../ports/transport.ts";
import { readBody } from "./body.ts";
import type { Failures } from "./failures.ts";
import { type Endpoint, requireTimeout } from "./http-options.ts";

/** An HTTP answer, whatever it says. */
export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Undefined where it is longer than the limit. */
  readonly text: string | undefined;
}

/** There is none. */
export interface NoAnswer {
  /** The error for one of the methods that were asked. */
  failed(method: string): unknown;
}

/**
 * Sends a body and reads the answer, within the endpoint's limits of time and size.
 *
 * @param closing - aborts when the transport is closed.
 */
export async function post(
  endpoint: Endpoint,
  failures: Failures,
  body: string,
  closing: AbortSignal,
  { timeoutMs = endpoint.timeoutMs, signal: given }: RpcRequestOptions,
): Promise<HttpAnswer | NoAnswer> {
  if (closing.aborted) {
    return { failed: (method) => failures.of("ERR_CLOSED", "The transport was closed. Nothing was sent.", { method }) };
  }
  try {
    requireTimeout(timeoutMs);
    given?.throwIfAborted();
  } catch (error) {
    return { failed: () => error };
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([timeout, closing, ...(given === undefined ? [] : [given])]);
  const { url, headers, maxResponseBytes } = endpoint;
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    const text = await readBody(response, maxResponseBytes);
    return { status: response.status, retryAfter: response.headers.get("retry-after"), text };
  } catch (error) {
    return { failed: (method) => failureOf(failures, method, { error, timeoutMs, timeout, closing, given }) };
  }
}

interface Circumstances {
  readonly error: unknown;
  readonly timeoutMs: number;
  readonly timeout: AbortSignal;
  readonly closing: AbortSignal;
  readonly given: AbortSignal | undefined;
}

function failureOf(failures: Failures, method: string, at: Circumstances): unknown {
  if (at.given?.aborted === true) return at.given.reason;
  const about = { method, fault: "network" };
  if (at.closing.aborted) {
    const what = "The transport was closed before the answer came. It may still be done.";
    return failures.of("ERR_CLOSED", what, about);
  }
  if (at.timeout.aborted) {
    const what = `No whole answer within ${String(at.timeoutMs)} ms. It may still be done.`;
    return failures.of("ERR_RPC_TIMEOUT", what, about);
  }
  // The cause's message may hold the URL; its code (ECONNREFUSED, ...) does not.
  const reason = reasonOf(at.error);
  return failures.of("ERR_RPC_UNREACHABLE", "The connection failed or was cut.", { ...about, reason });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return error instanceof Error ? error.name : "unknown";
}
