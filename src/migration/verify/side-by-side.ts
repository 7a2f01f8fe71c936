/**
 * Does work on stretches of what comes, several at a time, and hands the results on in the order of what came.
 *
 * @param size - of a stretch, the last one apart.
 * @param atOnce - how many stretches are under way.
 */
export async function* sideBySide<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  size: number,
  atOnce: number,
  work: (stretch: readonly T[]) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  const start = (stretch: readonly T[]): void => {
    const running = work(stretch);
    // Whoever waits for it is told; until then it must not count as unhandled.
    running.catch(() => undefined);
    underWay.push(running);
  };
  try {
    let stretch: T[] = [];
    for await (const each of source) {
      stretch.push(each);
      if (stretch.length < size) continue;
      start(stretch);
      stretch = [];
      const first = underWay.length >= atOnce ? underWay.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    if (stretch.length > 0) start(stretch);
    for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) yield await first;
  } finally {
    await Promise.allSettled(underWay);
  }
}
