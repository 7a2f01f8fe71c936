import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { Clock } from "../../units/clock.ts";
import { classify, type Outcome, timedOut } from "./fault.ts";

export interface AttemptOptions<T> {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends the attempt early. */
  readonly signal: AbortSignal;
  /** Given an answer that came after the attempt was given up. */
  readonly dropLate: (late: Outcome<T>) => void;
}

/**
 * Makes one call within a time limit. The limit also covers what does not heed the signal, such as the search for credentials; such work goes
 * on in the background and the next attempt finds it done. What the SDK throws becomes a fault; an error of Latchkey's own is thrown on.
 */
export async function attempt<T>(
  call: (signal: AbortSignal) => Promise<Outcome<T>>,
  { clock, timeoutMs, signal, dropLate }: AttemptOptions<T>,
): Promise<Outcome<T>> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const given = Promise.withResolvers<Outcome<T>>();
  let over = false;
  const giveUp = (): void => {
    over = true;
    controller.abort();
  };
  const stop = (): void => {
    given.reject(asError(signal.reason));
    giveUp();
  };
  signal.addEventListener("abort", stop);
  const cancel = clock.onTimeout(timeoutMs, () => {
    given.resolve({ ok: false, fault: timedOut });
    giveUp();
  });
  call(controller.signal).then(
    (outcome) => {
      if (over) dropLate(outcome);
      else given.resolve(outcome);
    },
    (error: unknown) => {
      if (isLatchkeyError(error)) given.reject(error);
      else given.resolve({ ok: false, fault: classify(error) });
    },
  );
  try {
    return await given.promise;
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("stopped", { cause: reason });
}
