/** Choices that follow from one number. */
export interface Picker {
  /** From 0 to below `bound`. */
  below(bound: number): number;
  /** True once in so many times. */
  once(inTimes: number): boolean;
  from<T>(values: readonly T[]): T;
}

/** A xorshift generator: the same seed makes the same choices everywhere. */
export function pickerOf(seed: number): Picker {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const below = (bound: number): number => next() % bound;
  // The first values of neighbouring seeds look alike.
  for (let skipped = 0; skipped < 4; skipped += 1) next();
  return {
    below,
    once: (inTimes) => below(inTimes) === 0,
    from: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error("There is nothing to pick from.");
      return value;
    },
  };
}
