import { AsyncLocalStorage } from "node:async_hooks";

/** Where and when a place stands still: at a moment (`<point> before` or `<point> after`), the n-th time, from 1. */
export interface Target {
  readonly moment: string;
  readonly occurrence: number;
}

/** One run among several in this process, that can be stopped as if its process were killed. */
export interface Place {
  readonly name: string;
  readonly target: Target | undefined;
  /** How often it has passed each moment. */
  readonly passed: Map<string, number>;
  /** What it waits for, to be told if it gets stuck. */
  doing: string;
  /** It stands still: every wait of it is for ever. */
  isDead: boolean;
  /** Called once, when it begins to stand still. */
  onDeath: () => void;
}

const places = new AsyncLocalStorage<Place>();
/** Moments passed outside any place: whoever got there has lost where it belongs to. */
export const strays = new Set<string>();

/** Everything that `work` begins belongs to the place. */
export function runAt<T>(place: Place, work: () => T): T {
  return places.run(place, work);
}

/** What the place waits for from now on. */
export function doing(what: string): void {
  const place = places.getStore();
  if (place !== undefined) place.doing = what;
}

/** True: this place ends here. */
export function before(point: string): boolean {
  return isEndAt(`${point} before`);
}

/** Waits for what is given; the moment after comes however that ends. */
export async function after<T>(point: string, given: T): Promise<Awaited<T>> {
  try {
    return await given;
  } finally {
    if (isEndAt(`${point} after`)) await never();
  }
}

/** Each of the rounds is waited for between two moments. */
export async function* iterate<T>(point: string, given: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  if (before(point)) await never();
  for await (const each of given) {
    if (isEndAt(`${point} after`)) await never();
    yield each;
    if (before(point)) await never();
  }
  if (isEndAt(`${point} after`)) await never();
}

/** What is disposed of between two moments. */
export function disposable<T extends AsyncDisposable | null | undefined>(point: string, given: T): T {
  if (!given) return given;
  const dispose = given[Symbol.asyncDispose].bind(given);
  given[Symbol.asyncDispose] = async () => {
    if (before(point)) await never();
    await after(point, dispose());
  };
  return given;
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}

function isEndAt(moment: string): boolean {
  const place = places.getStore();
  if (place === undefined) {
    strays.add(moment);
    return false;
  }
  if (place.isDead) return true;
  const count = (place.passed.get(moment) ?? 0) + 1;
  place.passed.set(moment, count);
  if (place.target?.moment !== moment || place.target.occurrence !== count) return false;
  place.isDead = true;
  place.onDeath();
  return true;
}
