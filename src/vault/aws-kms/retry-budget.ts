import type { Clock } from "../../units/clock.ts";

const capacity = 10;
const perSecond = 0.5;

/**
 * A token bucket that every retry draws on, shared by all calls to one key: ten retries at once, then one every two seconds. In an outage the
 * load on the service thus stays near one attempt per call, however many calls there are. First attempts are free.
 */
export class RetryBudget {
  readonly #clock: Clock;
  #tokens = capacity;
  #countedAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#countedAtMs = clock.monotonicMs();
  }

  /** Takes one token; false if there is none. */
  take(): boolean {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(capacity, this.#tokens + ((nowMs - this.#countedAtMs) / 1_000) * perSecond);
    this.#countedAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
