import type { Difference, VerificationResult } from "../types.ts";

/** Collects what is compared and what differs. */
export interface Findings {
  /** Says that a check looked at so many things. */
  checked(check: string, count?: number): void;
  /** A difference that one or several checks found. */
  differ(checks: readonly string[], difference: Difference): void;
  result(): Pick<VerificationResult, "verified" | "differences" | "differenceCount" | "checks">;
}

/** As many are kept; the others are counted. */
const mostKept = 1_000;

export function createFindings(): Findings {
  const counts = new Map<string, { checked: number; differences: number }>();
  const kept: Difference[] = [];
  let total = 0;
  const countOf = (check: string): { checked: number; differences: number } => {
    const count = counts.get(check) ?? { checked: 0, differences: 0 };
    counts.set(check, count);
    return count;
  };
  return {
    checked: (check, count = 1) => {
      countOf(check).checked += count;
    },
    differ: (checks, difference) => {
      for (const check of checks) countOf(check).differences += 1;
      total += 1;
      if (kept.length < mostKept) kept.push(difference);
    },
    result: () => ({
      verified: total === 0,
      differences: kept,
      differenceCount: total,
      checks: [...counts].map(([name, count]) => ({ name, ...count })),
    }),
  };
}
