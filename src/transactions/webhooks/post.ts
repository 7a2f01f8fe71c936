import type { Clock } from "../../units/clock.ts";
import { retryAfterMs } from "./schedule.ts";

/** For the answer's status; and for its body, which nobody needs, so long as well. */
const timeoutMs = 10_000;
/** What is read of an answer's body, so that its connection can be used again. */
const longestAnswer = 64 * 1024;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of a post. `failed`: the receiver may have taken it all the same. */
export type PostOutcome =
  | { readonly kind: "delivered"; readonly status: number }
  | { readonly kind: "gone" }
  /** The signal was aborted before there was an answer. */
  | { readonly kind: "abandoned" }
  /** `reason` is a word or a code, without anything of the URL or the answer. */
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfterMs: number };

/** Posts once: bounded in time and size, redirects refused. Throws nothing. */
export async function post({ url, headers, body }: Post, clock: Clock, signal: AbortSignal): Promise<PostOutcome> {
  const timeout = new AbortController();
  const cancelTimeout = clock.onTimeout(timeoutMs, () => {
    timeout.abort();
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([timeout.signal, signal]),
    });
    await dropBody(response);
    return judge(response, clock.now());
  } catch (error) {
    if (signal.aborted) return { kind: "abandoned" };
    return { kind: "failed", reason: timeout.signal.aborted ? "timeout" : reasonOf(error), retryAfterMs: 0 };
  } finally {
    cancelTimeout();
  }
}

function judge(response: Response, nowMs: number): PostOutcome {
  const { status, ok } = response;
  if (ok) return { kind: "delivered", status };
  if (status === 410) return { kind: "gone" };
  const reason = `HTTP ${String(status)}`;
  return { kind: "failed", reason, retryAfterMs: retryAfterMs(response.headers.get("retry-after"), nowMs) };
}

/** The status has said all: whatever goes wrong with the body changes nothing. */
async function dropBody(response: Response): Promise<void> {
  if (response.body === null) return;
  let size = 0;
  try {
    for await (const chunk of response.body) {
      size += chunk instanceof Uint8Array ? chunk.length : longestAnswer;
      // Leaving the loop cancels the stream.
      if (size > longestAnswer) return;
    }
  } catch {
    // Cut, too slow, or badly encoded.
  }
}

/** The cause's message may hold the URL; its code (ECONNREFUSED, ...) does not. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return "connection failed";
}
