import { isRecord } from "../units/is-record.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { type ErrorContext, LatchkeyError } from "../errors/latchkey-error.ts";
import { faultOf } from "../rpc/fault.ts";
import { safeMessage } from "../rpc/redact.ts";

export interface FailedRequest {
  readonly origin: string;
  readonly method: string;
  readonly secrets: readonly string[];
}

/** What Hardhat throws for an HTTP request that brought no JSON-RPC answer, whatever the reason. */
const noAnswer = -1;
const longestData = 20_002;

/** Hardhat's error in our words: whose fault it is, and nothing of the URL in it. It is not the cause, since causes are printed. */
export function providerFailure(error: unknown, { origin, method, secrets }: FailedRequest): LatchkeyError {
  const text = safeMessage(error instanceof Error ? error.message : "unknown error", secrets);
  const fail = (code: ErrorCode, what: string, context: ErrorContext): LatchkeyError =>
    new LatchkeyError(code, `${what} (${method} at ${origin})`, { context: { origin, method, ...context } });
  const rpcCode = isRecord(error) ? error["code"] : undefined;
  if (typeof rpcCode !== "number" || rpcCode === noAnswer) {
    const status = statusOf(error);
    if (status !== undefined) {
      const code = status >= 500 ? "ERR_RPC_NODE_FAULT" : "ERR_RPC_BAD_RESPONSE";
      return fail(code, `The node answered with HTTP ${String(status)}.`, { fault: "node", status });
    }
    if (/timeout|timed out/i.test(text)) return fail("ERR_RPC_TIMEOUT", "No answer in time.", { fault: "network" });
    return fail("ERR_RPC_UNREACHABLE", "The connection failed or was cut.", { fault: "network" });
  }
  const context = { rpcCode, rpcMessage: text, rpcData: isRecord(error) ? dataIn(error["data"]) : null };
  const fault = faultOf(rpcCode, text);
  if (fault === "rate-limit")
    return fail("ERR_RPC_RATE_LIMITED", "The node refused for its rate limit.", { fault, ...context });
  return fault === "node"
    ? fail("ERR_RPC_NODE_FAULT", `The node failed: ${text}.`, { fault, ...context })
    : fail("ERR_RPC_REJECTED", `The node refused the request: ${text}.`, { fault, ...context });
}

/** Of an HTTP answer that was none of JSON-RPC, from the error beneath Hardhat's. */
function statusOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  const status = isRecord(cause) ? cause["statusCode"] : undefined;
  return typeof status === "number" ? status : undefined;
}

/** A revert's data as nodes send it, or inside of an object as Hardhat's own EVM does. */
function dataIn(data: unknown): string | null {
  const inner = isRecord(data) ? data["data"] : data;
  return typeof inner === "string" && inner.length <= longestData ? inner : null;
}
