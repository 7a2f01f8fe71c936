import { type Buckets, isCounted } from "./counter.ts";
import type { Reservation } from "./policy.ts";

/** The part of what is held that a counter still counts. */
export function countedOf(
  held: readonly Reservation[],
  buckets: Buckets,
  { windowMs, nowMs }: { readonly windowMs: number; readonly nowMs: number },
): { readonly kept: readonly Reservation[]; readonly sum: bigint } {
  const kept = held.flatMap((each) => {
    const bucket = buckets.get(each.bucketMs);
    if (bucket === undefined || !isCounted(bucket, windowMs, nowMs)) return [];
    return [{ ...each, amount: each.amount < bucket.amount ? each.amount : bucket.amount }];
  });
  return { kept, sum: sumOf(kept) };
}

export function sumOf(reservations: readonly Reservation[]): bigint {
  return reservations.reduce((sum, { amount }) => sum + amount, 0n);
}

/** Both lists as one, with one entry for each bucket. */
export function merged(held: readonly Reservation[], added: readonly Reservation[]): readonly Reservation[] {
  const all = new Map<string, Reservation>();
  for (const each of [...held, ...added]) {
    const key = `${String(each.bucketMs)} ${each.scope}`;
    const before = all.get(key);
    all.set(key, before === undefined ? each : { ...each, amount: before.amount + each.amount });
  }
  return [...all.values()];
}
