import type { ErrorCode } from "../errors/codes.ts";
import { type ErrorContext, LatchkeyError } from "../errors/latchkey-error.ts";
import { retryAfter, type RpcError } from "./answer.ts";
import { faultOf } from "./fault.ts";
import type { Endpoint } from "./http-options.ts";
import { safeMessage } from "./redact.ts";

/** What an endpoint's errors look like: its origin in each, nothing of its secrets in any. */
export interface Failures {
  /** @param context - with the `method` that was asked. */
  of(code: ErrorCode, what: string, context: ErrorContext): LatchkeyError;
  /** @param about - `method` and the HTTP `status`. */
  ofNode(error: RpcError, about: ErrorContext, retryAfterHeader: string | null): LatchkeyError;
}

export function failuresOf({ origin, secrets }: Pick<Endpoint, "origin" | "secrets">): Failures {
  const of = (code: ErrorCode, what: string, context: ErrorContext): LatchkeyError =>
    new LatchkeyError(code, `${what} (${String(context["method"])} at ${origin})`, { context: { origin, ...context } });
  return {
    of,
    ofNode: (error, about, retryAfterHeader) => {
      const rpcMessage = safeMessage(error.message, secrets);
      const context = { ...about, rpcCode: error.code, rpcMessage, rpcData: error.data };
      const fault = about["status"] === 429 ? "rate-limit" : faultOf(error.code, rpcMessage);
      if (fault === "rate-limit") {
        const retryAfterMs = retryAfter(retryAfterHeader);
        return of("ERR_RPC_RATE_LIMITED", "The node refused for its rate limit.", { ...context, retryAfterMs });
      }
      return fault === "node"
        ? of("ERR_RPC_NODE_FAULT", `The node failed: ${rpcMessage}.`, context)
        : of("ERR_RPC_REJECTED", `The node refused the request: ${rpcMessage}.`, { ...context, fault });
    },
  };
}
