import type { Terminal } from "./terminal.ts";

/** How far something has come. */
export interface Counted {
  /** What is done, for people. */
  readonly what: string;
  readonly done: number;
  /** Undefined where nobody can know. */
  readonly total?: number;
  readonly unit: string;
}

/** Tells people how far something long has come. */
export interface ProgressLine {
  tell(now: Counted): void;
  /** Forgets when the present thing began; the next one has a rate of its own. */
  reset(): void;
}

const everyMs = 2_000;

/**
 * A line every two seconds, with rate and time left: nothing for what is over sooner. Lines, not a moving one: a log keeps them too.
 *
 * @param nowMs - of a clock that only goes on.
 */
export function progressLine(terminal: Terminal, nowMs: () => number = () => performance.now()): ProgressLine {
  let began: { readonly atMs: number; readonly done: number } | undefined;
  let lastMs = 0;
  return {
    tell: (now) => {
      const atMs = nowMs();
      if (began === undefined) {
        began = { atMs, done: now.done };
        lastMs = atMs;
        return;
      }
      if (atMs - lastMs < everyMs) return;
      lastMs = atMs;
      terminal.err(progressText(now, (now.done - began.done) / ((atMs - began.atMs) / 1_000)));
    },
    reset: () => {
      began = undefined;
    },
  };
}

/** @param perSecond - since it began. */
export function progressText({ what, done, total, unit }: Counted, perSecond: number): string {
  const count = total === undefined ? number(done) : `${number(done)} of ${number(total)}`;
  const rate =
    perSecond > 0 ? `, ${number(perSecond < 10 ? Number(perSecond.toFixed(1)) : Math.round(perSecond))} a second` : "";
  const left = total === undefined || perSecond <= 0 ? "" : `, ${span((total - done) / perSecond)} left`;
  return `${what}: ${count} ${unit}${rate}${left}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function span(seconds: number): string {
  if (seconds < 90) return `${String(Math.ceil(seconds))} s`;
  return seconds < 5_400 ? `${String(Math.ceil(seconds / 60))} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
