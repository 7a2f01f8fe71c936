import { askAll } from "../../chains/ethereum/ask-all.ts";
import { badResponse } from "../../chains/ethereum/quantity.ts";
import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { RpcRequest, Transport } from "../../ports/transport.ts";
import { type Clock, systemClock } from "../../units/clock.ts";

export interface Patience {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

const firstPauseMs = 250;
const longestPauseMs = 4_000;
/** An answer that is too long, or no JSON, is so each time: asked for alone so many times, it is what the question is answered with. */
const unreadableAfter = 4;
/** Failures in a row, after some 25 seconds, that end it. */
const mostFailures = 10;

/**
 * Waits before something is tried again: longer each time, and as long as the node asks for.
 *
 * @param failures - how many there were in a row, at least one.
 * @throws `error` where those are enough, or where trying again is no use; what the signal was aborted with.
 */
export async function pauseAfter(
  error: unknown,
  failures: number,
  { signal, clock = systemClock }: Patience,
): Promise<void> {
  if (!mayPass(error) || failures >= mostFailures) throw error;
  const asked = isLatchkeyError(error) ? error.context["retryAfterMs"] : undefined;
  const pause = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
  await clock.sleep(Math.max(pause, typeof asked === "number" ? Math.min(asked, 60_000) : 0), signal);
}

/** A refusal may be for the node that answered, one of several behind an address. */
function mayPass(error: unknown): boolean {
  return isLatchkeyError(error) && error.code.startsWith("ERR_RPC_");
}

export function isUnreadable(error: unknown): boolean {
  return isLatchkeyError(error, "ERR_RPC_BAD_RESPONSE");
}

/**
 * Asks until each request is answered: what fails for the node's sake is asked again, in smaller batches.
 *
 * @param isAnswer - whether an error is what the question is answered with, such as a revert.
 * @returns for each request, in order, what it settled with: an answer, or `ERR_RPC_BAD_RESPONSE` where it has none that can be read.
 * @throws what the last one failed with.
 */
export async function askPatiently(
  transport: Transport,
  requests: readonly RpcRequest[],
  isAnswer: (error: unknown) => boolean,
  patience: Patience = {},
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const answers = new Map<number, PromiseSettledResult<unknown>>();
  let open = requests.map((request, index) => ({ request, index }));
  let atOnce = Math.max(open.length, 1);
  let failures = 0;
  while (open.length > 0) {
    patience.signal?.throwIfAborted();
    const some = open.slice(0, atOnce);
    const options = patience.signal === undefined ? {} : { signal: patience.signal };
    const settled = await askAll(
      transport,
      some.map(({ request }) => request),
      options,
    );
    let failure: unknown;
    let answered = 0;
    for (const [place, { index }] of some.entries()) {
      const outcome = settled[place] ?? { status: "rejected", reason: badResponse("answer to a batch") };
      if (outcome.status === "rejected" && !isAnswer(outcome.reason)) {
        failure ??= outcome.reason;
        continue;
      }
      answers.set(index, outcome);
      answered += 1;
    }
    const isAlone = some.length === 1;
    failures = answered > 0 || !isAlone ? 1 : failures + 1;
    const [first] = some;
    if (isAlone && failures >= unreadableAfter && isUnreadable(failure) && first !== undefined)
      answers.set(first.index, { status: "rejected", reason: failure });
    else if (failure !== undefined) await pauseAfter(failure, failures, patience);
    open = open.filter(({ index }) => !answers.has(index));
    atOnce = answered < some.length ? Math.ceil(some.length / 2) : Math.min(atOnce * 2, requests.length);
  }
  return requests.map((_, index) => answers.get(index) ?? { status: "rejected", reason: badResponse("answer") });
}
