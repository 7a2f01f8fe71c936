import { largest } from "./state.ts";

/** A dense window, and ids inside of it, at its edges and far from it. */
export interface Ground {
  readonly name: string;
  readonly start: bigint;
  readonly size: bigint;
  readonly ids: readonly bigint[];
}

/** With room for many tokens in the window. */
export const wide: readonly Ground[] = [
  {
    name: "a window of 1,000 ids from 100",
    start: 100n,
    size: 1000n,
    ids: [0n, 99n, 100n, 255n, 355n, 356n, 1099n, 1100n, 2n ** 96n - 1n, largest],
  },
  {
    name: "a window of three summary words from 0",
    start: 0n,
    size: 150_000n,
    ids: [0n, 1n, 255n, 256n, 65_535n, 65_536n, 131_071n, 131_072n, 149_999n, 150_000n, 2n ** 96n - 1n, largest],
  },
];

/** With little of a window, or one at the very end. */
export const narrow: readonly Ground[] = [
  {
    name: "no window",
    start: 0n,
    size: 0n,
    ids: [0n, 1n, 2n, 255n, 256n, 2n ** 64n, 2n ** 96n, 2n ** 128n, 2n ** 255n, largest],
  },
  {
    name: "a window of one id",
    start: 7n,
    size: 1n,
    ids: [0n, 6n, 7n, 8n, 2n ** 160n, largest],
  },
  {
    name: "a window that starts where the last one may",
    start: 2n ** 128n - 1n,
    size: 2n ** 20n,
    ids: [
      0n,
      2n ** 128n - 2n,
      2n ** 128n - 1n,
      2n ** 128n,
      2n ** 128n + 255n,
      2n ** 128n + 65_535n,
      2n ** 128n + 2n ** 20n - 2n,
      2n ** 128n + 2n ** 20n - 1n,
      largest,
    ],
  },
];
