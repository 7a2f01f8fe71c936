import type { Clock } from "../../units/clock.ts";
import { isBusy } from "./errors.ts";

/** How long another process may hold a lock before callers are told. */
export const lockPatienceMs = 10_000;

/** Repeats `attempt` while another process holds a lock, and leaves the event loop free in between. */
export async function whileBusy<T>(clock: Clock, attempt: () => T | Promise<T>, giveUpAtMs?: number): Promise<T> {
  let untilMs = giveUpAtMs;
  for (let delayMs = 1; ; delayMs = Math.min(delayMs * 2, 50)) {
    try {
      return await attempt();
    } catch (error) {
      // Time counts from here where no end is given: the first attempt does not wait, and nearly always it is the only one.
      untilMs ??= clock.monotonicMs() + lockPatienceMs;
      if (!isBusy(error) || clock.monotonicMs() >= untilMs) throw error;
    }
    // Drawn anew each time, so that waiting processes do not knock in step.
    await clock.sleep(delayMs * (0.5 + Math.random()));
  }
}
