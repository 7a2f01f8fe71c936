import type { AwaitPoint } from "./find-points.ts";
import type { Target } from "./points.ts";

/** How often each moment was passed when a scenario ran to its end. */
export interface Counted {
  readonly scenario: string;
  readonly passed: Readonly<Record<string, number>>;
}

/** One kill: where, and in which scenario. */
export interface Kill {
  readonly scenario: string;
  readonly target: Target;
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function momentsOf({ name }: AwaitPoint): readonly string[] {
  return [`${name} before`, `${name} after`];
}

/** Points that no run has come to. What is waited for may be the end of a process's work: nothing comes after it then. */
export function unreached(
  points: readonly AwaitPoint[],
  reached: readonly ReadonlySet<string>[],
): readonly AwaitPoint[] {
  return points.filter(({ name }) => !reached.some((moments) => moments.has(`${name} before`)));
}

/**
 * A kill for each moment that was passed, in a scenario and at an occurrence that chance decides: one wait serves many steps, and each run
 * of the whole meets others of them.
 *
 * @param share - of the moments, drawn by chance, from 0 to 1.
 */
export function planKills(
  points: readonly AwaitPoint[],
  counts: readonly Counted[],
  share: number,
  random: () => number,
): readonly Kill[] {
  const moments = points.flatMap(momentsOf);
  const order = moments.map((moment) => ({ moment, key: random() })).sort((one, other) => one.key - other.key);
  const drawn = new Set(order.slice(0, Math.ceil(moments.length * share)).map(({ moment }) => moment));
  return moments.flatMap((moment): Kill[] => {
    const [which, when] = [random(), random()];
    if (!drawn.has(moment)) return [];
    const able = counts.filter(({ passed }) => (passed[moment] ?? 0) > 0);
    const chosen = able[Math.floor(which * able.length)];
    if (chosen === undefined) return [];
    // The last ones may be passed or not, by the clock.
    const most = Math.max(1, Math.floor((chosen.passed[moment] ?? 1) * 0.6));
    return [{ scenario: chosen.scenario, target: { moment, occurrence: 1 + Math.floor(when * when * most) } }];
  });
}
