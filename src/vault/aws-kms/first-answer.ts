import { type Clock, systemClock } from "../../units/clock.ts";
import { attempt } from "./attempt.ts";
import type { Fault, Outcome } from "./fault.ts";
import type { KmsKey } from "./kms-key.ts";

/** What retries depend on beside the service. */
export interface Runtime {
  readonly clock: Clock;
  /** From 0 up to, not including, 1: spreads retries of many processes. */
  readonly random: () => number;
}

export const systemRuntime: Runtime = { clock: systemClock, random: Math.random };

/** One key that may give the answer, and the call that asks it. */
export interface Candidate<T> {
  readonly key: KmsKey;
  readonly call: (signal: AbortSignal) => Promise<Outcome<T>>;
}

export interface Failure {
  readonly arn: string;
  readonly fault: Fault;
}

/** `failures` are each asked key's last, in the order asked; `attempts` counts them all. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failures: readonly Failure[]; readonly attempts: number };

export interface AskOptions<T> {
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly dropLate: (late: Outcome<T>) => void;
}

const firstPauseMs = 100;
const longestPauseMs = 1_000;

/**
 * Asks the candidates in turn until one answers, those that failed lately last. When none did, those whose fault may pass are asked again after a
 * pause (full jitter, doubling), as long as attempts, deadline and each key's retry budget last. A ciphertext that its key refuses, or another
 * key's answer, ends it at once: asking elsewhere would only hide that.
 */
export async function firstAnswer<T>(candidates: readonly Candidate<T>[], options: AskOptions<T>): Promise<Answer<T>> {
  const { runtime, signal, dropLate } = options;
  const { clock } = runtime;
  const endsAtMs = clock.monotonicMs() + Math.max(...candidates.map(({ key }) => key.settings.deadlineMs));
  const failures = new Map<string, Fault>();
  let attempts = 0;
  const answer = (): Answer<T> => ({
    ok: false,
    failures: [...failures].map(([arn, fault]) => ({ arn, fault })),
    attempts,
  });
  let round = healthyFirst(candidates);
  for (let rounds = 1; ; rounds += 1) {
    for (const { key, call } of round) {
      const leftMs = endsAtMs - clock.monotonicMs();
      if (leftMs < 1) return answer();
      const timeoutMs = Math.min(key.settings.timeoutMs, leftMs);
      attempts += 1;
      const outcome = await attempt(call, { clock, timeoutMs, signal, dropLate });
      key.note(outcome);
      if (outcome.ok) return outcome;
      failures.set(key.settings.arn, outcome.fault);
      if (isFinal(outcome.fault)) return answer();
    }
    const pauseMs = runtime.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (rounds - 1));
    if (clock.monotonicMs() + pauseMs >= endsAtMs) return answer();
    round = round.filter(
      ({ key }) =>
        rounds < key.settings.maxAttempts && failures.get(key.settings.arn)?.again === true && key.retries.take(),
    );
    if (round.length === 0) return answer();
    await pause(clock, pauseMs, signal);
  }
}

function healthyFirst<T>(candidates: readonly Candidate<T>[]): readonly Candidate<T>[] {
  return [...candidates.filter(({ key }) => !key.cooling), ...candidates.filter(({ key }) => key.cooling)];
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } finally {
    // A clock rejects with an error of its own; the signal's reason says more.
    signal.throwIfAborted();
  }
}

export function isFinal({ code }: Fault): boolean {
  return code === "ERR_VAULT_OPEN_FAILED" || code === "ERR_KMS_WRONG_KEY";
}
