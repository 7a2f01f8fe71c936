import { createHash } from "node:crypto";

/** Numbers that are the same in each run. Returns the next one, at least 0 and below 1. */
export function randomNumbers(seed: string): () => number {
  let drawn = 0;
  return () =>
    createHash("sha256")
      .update(`${seed} ${String(drawn++)}`)
      .digest()
      .readUIntBE(0, 6) /
    2 ** 48;
}

/** The values in another order. */
export function shuffled<Value>(values: readonly Value[], random: () => number): readonly Value[] {
  return values
    .map((value) => ({ value, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}

/** An address that nobody has the key of. */
export function addressOf(name: string): string {
  return `0x${createHash("sha256").update(name).digest("hex").slice(-40)}`;
}
