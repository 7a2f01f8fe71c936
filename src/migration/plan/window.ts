import type { CommittedToken } from "../../contracts/leaf.ts";

/** The ids that the new contract keeps as bits, by `KIP17Enumerable`: `size` of them from `start` on. */
export interface DenseWindow {
  readonly start: bigint;
  readonly size: bigint;
}

/** `MAX_WINDOW_SIZE` of the contract. A wide window costs nothing by itself: empty stretches are skipped. */
const largestSize = 1n << 24n;
const largestStart = (1n << 128n) - 1n;
const idsInWord = 256n;

/**
 * The window that holds the most tokens, as wide as can be, so that ids which come later find room as well. From 0 where that holds as
 * many; else from the lowest id that is in it, rounded down to whole words of 256 ids.
 */
export function chooseWindow(tokens: readonly CommittedToken[]): DenseWindow {
  const ids = tokens
    .flatMap(({ id, owner }) => (owner === "hole" ? [] : [id]))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let best = { start: 0n, count: ids.filter((id) => id < largestSize).length };
  let end = 0;
  for (const [first, id] of ids.entries()) {
    const start = id - (id % idsInWord);
    if (start > largestStart) break;
    while ((ids[end] ?? start + largestSize) < start + largestSize) end += 1;
    if (end - first > best.count) best = { start, count: end - first };
  }
  return { start: best.start, size: largestSize };
}
