/** Amounts by the part of time in which they were counted. Plain functions over a map that its owner changes. */
export interface Bucket {
  /** Milliseconds since the Unix epoch; the bucket has the times from begin to before end. */
  readonly endMs: number;
  readonly amount: bigint;
}

/** By begin. */
export type Buckets = Map<number, Bucket>;

const partsOfWindow = 60;
const dayMs = 86_400_000;

/** The bucket of a rolling window in which a time falls. */
export function bucketOf(windowMs: number, nowMs: number): { readonly beginMs: number; readonly endMs: number } {
  const width = Math.ceil(windowMs / partsOfWindow);
  const beginMs = Math.floor(nowMs / width) * width;
  return { beginMs, endMs: beginMs + width };
}

/** The UTC day of a time. */
export function dayOf(nowMs: number): { readonly beginMs: number; readonly endMs: number } {
  const beginMs = Math.floor(nowMs / dayMs) * dayMs;
  return { beginMs, endMs: beginMs + dayMs };
}

/** Whether a bucket still counts: until all of it has left the window. Times ahead of this clock count too. */
export function isCounted({ endMs }: Bucket, windowMs: number, nowMs: number): boolean {
  return endMs + windowMs > nowMs;
}

export function usedIn(buckets: Buckets, windowMs: number, nowMs: number): bigint {
  let sum = 0n;
  for (const bucket of buckets.values()) if (isCounted(bucket, windowMs, nowMs)) sum += bucket.amount;
  return sum;
}

/** Adds an amount and drops what no longer counts. */
export function addTo(
  buckets: Buckets,
  { beginMs, endMs }: { readonly beginMs: number; readonly endMs: number },
  amount: bigint,
  { windowMs, nowMs }: { readonly windowMs: number; readonly nowMs: number },
): void {
  for (const [begin, bucket] of buckets) if (!isCounted(bucket, windowMs, nowMs)) buckets.delete(begin);
  const before = buckets.get(beginMs);
  // A window that was made shorter has shorter buckets: what is counted already keeps its time.
  buckets.set(beginMs, { endMs: Math.max(endMs, before?.endMs ?? 0), amount: (before?.amount ?? 0n) + amount });
}

/** Takes an amount away, or what is left of it. */
export function takeFrom(buckets: Buckets, beginMs: number, amount: bigint): void {
  const bucket = buckets.get(beginMs);
  if (bucket === undefined) return;
  if (bucket.amount > amount) buckets.set(beginMs, { ...bucket, amount: bucket.amount - amount });
  else buckets.delete(beginMs);
}

export function encodeBuckets(buckets: Buckets): string {
  const entries = [...buckets].sort(([a], [b]) => a - b);
  return JSON.stringify(entries.map(([beginMs, { endMs, amount }]) => [beginMs, endMs, String(amount)]));
}

/** @param text - whose MAC was verified: nobody else wrote it. */
export function decodeBuckets(text: string): Buckets {
  const parsed: unknown = JSON.parse(text);
  const buckets: Buckets = new Map();
  const entries: readonly unknown[] = Array.isArray(parsed) ? parsed : [undefined];
  for (const entry of entries) {
    const [beginMs, endMs, amount]: readonly unknown[] = Array.isArray(entry) ? entry.map((part: unknown) => part) : [];
    if (typeof beginMs !== "number" || typeof endMs !== "number" || typeof amount !== "string") {
      throw new TypeError("a counter's text is not of this release");
    }
    buckets.set(beginMs, { endMs, amount: BigInt(amount) });
  }
  return buckets;
}
