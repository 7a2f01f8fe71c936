/**
 * What `tokenByIndex` may make the node run, in gas of all calls by the prices of a cold start: enough for all of 10,000
 * tokens. A node on a laptop runs some 300M to 600M a second of it.
 */
const gasOfIndexes = 2_000_000_000;
/** The same for `tokenOfOwnerByIndex`. */
export const gasOfOwners = 600_000_000;

/** Gas of `tokenByIndex`, on average: a read for each 256 ids before the token's, and a walk through its own 256. */
export function costOf(total: number, windowSize: string): number {
  const inWindow = Math.min(total, Number(windowSize));
  return 30_000 + (inWindow / 256 / 2) * 2_800 + Math.min(inWindow, 256) * 300;
}

/** Gas of `tokenByIndex` for the last token of all, at the most. */
export function dearestOf(total: number, windowSize: string): number {
  return 300_000 + Math.min(total, Number(windowSize) / 256 + 1) * 2_900;
}

/** How many of so many calls are made. */
export function callsWithin(total: number, gasOfEach: number): number {
  return Math.min(total, Math.max(1, Math.floor(gasOfIndexes / gasOfEach)));
}

/** So many indexes below `total`, the first and the last among them, at even distances. */
export function* spread(count: number, total: number): Generator<number> {
  for (let place = 0; place < count; place += 1)
    yield count === total ? place : Math.round((place * (total - 1)) / Math.max(1, count - 1));
}
