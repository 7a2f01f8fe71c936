import type { ManifestToken, ReportResult } from "../types.ts";

export type OwnerTally = Pick<ReportResult, "topOwners" | "distribution">;

const mostShown = 15;
/** How many tokens an owner of each group holds at least. */
const groups = [1, 2, 3, 6, 11, 51, 101, 1001] as const;

/** Counts tokens by owner, keeping one number an owner. Holes, and tokens that wait at the door, have none. */
export async function tallyOwners(manifest: AsyncIterable<ManifestToken>): Promise<OwnerTally> {
  const held = new Map<string, number>();
  for await (const { owner } of manifest)
    if (owner !== "hole" && owner !== "door") held.set(owner, (held.get(owner) ?? 0) + 1);
  const byCount = [...held].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const counts = [...held.values()];
  const distribution = groups.map((least, index) => {
    const next = groups[index + 1] ?? Number.POSITIVE_INFINITY;
    const owners = counts.filter((count) => count >= least && count < next).length;
    return { least, most: Number.isFinite(next) ? next - 1 : null, owners };
  });
  return { topOwners: byCount.slice(0, mostShown).map(([address, tokens]) => ({ address, tokens })), distribution };
}
