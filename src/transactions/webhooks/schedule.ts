const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long after each attempt that failed the next one is due; the one after the last pause is the last. */
const pausesMs: readonly number[] = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  24 * hourMs,
];

/** So that what failed together does not come back together. */
const jitter = 0.2;

/**
 * Milliseconds until the next attempt; undefined if there is none.
 *
 * @param attempts - begun so far, at least 1.
 * @param retryAfterMs - what the receiver asked for: waited for if it is longer than the pause.
 * @param random - from 0 up to 1.
 */
export function pauseAfter(attempts: number, retryAfterMs: number, random: number): number | undefined {
  const pauseMs = pausesMs[attempts - 1];
  return pauseMs === undefined ? undefined : Math.max(Math.round(pauseMs * (1 + jitter * random)), retryAfterMs);
}

/** A header `Retry-After` (RFC 9110, 10.2.3), in seconds or as a date: milliseconds from `nowMs`, 0 if it says nothing, a day at most. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const text = header.trim();
  // A number alone would pass for a date: a year.
  const ms = /^\d+$/.test(text) ? Number(text) * secondMs : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), dayMs);
}
