/** The middle value, the mean of the two in the middle for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (low + high) / 2;
}

/** Runs `work` for 0, 1, ... `count` - 1 with so many in flight. Returns how many finished per second. */
export async function ratePerSecond(
  count: number,
  inFlight: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const startMs = performance.now();
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (count * 1000) / (performance.now() - startMs);
}

/** Mean duration of one call, in milliseconds. */
export async function meanMs(count: number, work: (index: number) => unknown): Promise<number> {
  const startMs = performance.now();
  for (let index = 0; index < count; index += 1) await work(index);
  return (performance.now() - startMs) / count;
}

/**
 * Measures contenders in turns, round after round, so that a slow spell of the machine falls on all of them.
 * Returns each one's median.
 */
export async function sideBySide<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, (round: number) => Promise<number>>>,
): Promise<(name: Name) => number> {
  const measured = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contender] of Object.entries<(round: number) => Promise<number>>(contenders)) {
      measured.set(name, [...(measured.get(name) ?? []), await contender(round)]);
    }
  }
  return (name) => median(measured.get(name) ?? []);
}
