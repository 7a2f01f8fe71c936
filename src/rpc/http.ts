import { inspect } from "node:util";
import type { ErrorCode } from "../errors/codes.ts";
import { type ErrorContext, LatchkeyError } from "../errors/latchkey-error.ts";
import type { RpcRequest, RpcRequestOptions, Transport } from "../ports/transport.ts";
import { errorIn, parseObject, retryAfter, type RpcError } from "./answer.ts";
import { readBody } from "./body.ts";
import { faultOf } from "./fault.ts";
import { type Endpoint, type HttpTransportOptions, parseEndpoint, requireTimeout } from "./http-options.ts";
import { safeMessage } from "./redact.ts";

export type { HttpTransportOptions } from "./http-options.ts";

/**
 * JSON-RPC 2.0 to one node over HTTP. Bounded in time and size; redirects are refused; nothing is retried.
 * Errors, logs and `inspect` show the origin alone, for paths and query strings carry API keys, and nodes repeat them in their texts.
 *
 * @throws `ERR_CONFIG_INVALID` not an http(s) URL, or a limit out of range. The transport's methods throw `ERR_RPC_*`.
 */
export function http(options: string | HttpTransportOptions): Transport {
  return new HttpTransport(parseEndpoint(options));
}

class HttpTransport implements Transport {
  readonly origin: string;
  readonly #endpoint: Endpoint;
  readonly #closing = new AbortController();
  #lastId = 0;

  constructor(endpoint: Endpoint) {
    this.origin = endpoint.origin;
    this.#endpoint = endpoint;
  }

  async request({ method, params }: RpcRequest, options: RpcRequestOptions = {}): Promise<unknown> {
    if (this.#isClosed()) throw this.#error("ERR_CLOSED", "The transport was closed. Nothing was sent.", { method });
    const { timeoutMs = this.#endpoint.timeoutMs } = options;
    requireTimeout(timeoutMs);
    options.signal?.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    const body = this.#encode(id, method, params);
    const timeout = AbortSignal.timeout(timeoutMs);
    const given = options.signal === undefined ? [] : [options.signal];
    const signal = AbortSignal.any([timeout, this.#closing.signal, ...given]);
    try {
      const response = await fetch(this.#endpoint.url, {
        method: "POST",
        headers: this.#endpoint.headers,
        body,
        redirect: "manual",
        signal,
      });
      const text = await readBody(response, this.#endpoint.maxResponseBytes);
      return this.#result(response, text, id, method);
    } catch (error) {
      if (error instanceof LatchkeyError) throw error;
      options.signal?.throwIfAborted();
      const about = { method, fault: "network" };
      if (this.#isClosed()) {
        throw this.#error(
          "ERR_CLOSED",
          "The transport was closed before the answer came. It may still be done.",
          about,
        );
      }
      if (timeout.aborted) {
        const what = `No whole answer within ${String(timeoutMs)} ms. It may still be done.`;
        throw this.#error("ERR_RPC_TIMEOUT", what, about);
      }
      // The cause's message may hold the URL; its code (ECONNREFUSED, ...) does not.
      const reason = reasonOf(error);
      throw this.#error("ERR_RPC_UNREACHABLE", "The connection failed or was cut.", { ...about, reason });
    }
  }

  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  toJSON(): Record<string, string> {
    return { origin: this.origin };
  }

  [inspect.custom](): string {
    return `HttpTransport { origin: '${this.origin}' }`;
  }

  #encode(id: number, method: string, params: readonly unknown[]): string {
    try {
      return JSON.stringify({ jsonrpc: "2.0", id, method, params });
    } catch {
      // The reason names the caller's own properties, which may be private.
      throw this.#error(
        "ERR_RPC_REJECTED",
        "The params cannot be written as JSON. Nothing was sent; write a bigint as 0x and hexadecimal digits, and no object into itself.",
        { method, fault: "request" },
      );
    }
  }

  #result(response: Response, text: string | undefined, id: number, method: string): unknown {
    const { status } = response;
    const about = { method, fault: "node", status } as const;
    if (text === undefined) {
      const limit = String(this.#endpoint.maxResponseBytes);
      throw this.#error("ERR_RPC_BAD_RESPONSE", `The answer is longer than ${limit} bytes.`, about);
    }
    const message = parseObject(text);
    // Some nodes send a JSON-RPC error with a status of 4xx or 5xx: it says more than the status.
    const error = errorIn(message, id, status);
    if (error !== undefined) throw this.#rpcError(error, about, response.headers.get("retry-after"));
    if (status === 429) {
      const retryAfterMs = retryAfter(response.headers.get("retry-after"));
      throw this.#error("ERR_RPC_RATE_LIMITED", "The node refused for its rate limit.", { ...about, retryAfterMs });
    }
    if (status >= 500) throw this.#error("ERR_RPC_NODE_FAULT", `The node answered with HTTP ${String(status)}.`, about);
    if (status !== 200)
      throw this.#error("ERR_RPC_BAD_RESPONSE", `The node answered with HTTP ${String(status)}.`, about);
    if (message?.["jsonrpc"] !== "2.0" || message["id"] !== id || !Object.hasOwn(message, "result")) {
      throw this.#error("ERR_RPC_BAD_RESPONSE", "The answer is not the JSON-RPC response to this request.", about);
    }
    return message["result"];
  }

  #rpcError(error: RpcError, about: ErrorContext, retryAfterHeader: string | null): LatchkeyError {
    const rpcMessage = safeMessage(error.message, this.#endpoint.secrets);
    const context = { ...about, rpcCode: error.code, rpcMessage, rpcData: error.data };
    const fault = about["status"] === 429 ? "rate-limit" : faultOf(error.code, rpcMessage);
    if (fault === "rate-limit") {
      const retryAfterMs = retryAfter(retryAfterHeader);
      return this.#error("ERR_RPC_RATE_LIMITED", "The node refused for its rate limit.", { ...context, retryAfterMs });
    }
    return fault === "node"
      ? this.#error("ERR_RPC_NODE_FAULT", `The node failed: ${rpcMessage}.`, context)
      : this.#error("ERR_RPC_REJECTED", `The node refused the request: ${rpcMessage}.`, { ...context, fault });
  }

  #error(code: ErrorCode, what: string, context: ErrorContext): LatchkeyError {
    return new LatchkeyError(code, `${what} (${String(context["method"])} at ${this.origin})`, {
      context: { origin: this.origin, ...context },
    });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return error instanceof Error ? error.name : "unknown";
}
