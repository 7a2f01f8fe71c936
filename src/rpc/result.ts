import { errorIn, retryAfter } from "./answer.ts";
import type { Failures } from "./failures.ts";
import type { HttpAnswer } from "./post.ts";

/** An HTTP answer with what one request finds in it. */
export interface ResultParts {
  readonly failures: Failures;
  readonly answer: HttpAnswer;
  readonly maxResponseBytes: number;
}

/**
 * The `result` member of the response to one request.
 *
 * @param message - the JSON-RPC response; undefined where there is none.
 * @throws `ERR_RPC_*`.
 */
export function resultOf(
  { failures, answer, maxResponseBytes }: ResultParts,
  message: Record<string, unknown> | undefined,
  id: number,
  method: string,
): unknown {
  const { status, text } = answer;
  const about = { method, fault: "node", status } as const;
  if (text === undefined) {
    throw failures.of("ERR_RPC_BAD_RESPONSE", `The answer is longer than ${String(maxResponseBytes)} bytes.`, about);
  }
  // Some nodes send a JSON-RPC error with a status of 4xx or 5xx: it says more than the status.
  const error = errorIn(message, id, status);
  if (error !== undefined) throw failures.ofNode(error, about, answer.retryAfter);
  if (status === 429) {
    const retryAfterMs = retryAfter(answer.retryAfter);
    throw failures.of("ERR_RPC_RATE_LIMITED", "The node refused for its rate limit.", { ...about, retryAfterMs });
  }
  if (status >= 500) throw failures.of("ERR_RPC_NODE_FAULT", `The node answered with HTTP ${String(status)}.`, about);
  if (status !== 200) {
    throw failures.of("ERR_RPC_BAD_RESPONSE", `The node answered with HTTP ${String(status)}.`, about);
  }
  if (message?.["jsonrpc"] !== "2.0" || message["id"] !== id || !Object.hasOwn(message, "result")) {
    throw failures.of("ERR_RPC_BAD_RESPONSE", "The answer is not the JSON-RPC response to this request.", about);
  }
  return message["result"];
}
