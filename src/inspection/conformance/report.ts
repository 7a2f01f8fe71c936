import type { CheckOutcome, FindingMethod } from "../scene/finding.ts";
import type { ReportHead } from "../scene/target.ts";

/** What a check is about, without its outcome. */
export interface CheckTopic {
  /** Stable across releases, such as `transfer.stranger`. */
  readonly id: string;
  /** What is expected, as a sentence. */
  readonly title: string;
  readonly group: string;
  /** `must`: the KIP's words leave no choice. `should`: it is wanted, or needed by caver-js or others in practice. */
  readonly requirement: "must" | "should";
  /** Where the KIP, or the standard named, says so. */
  readonly section: string;
}

/** One line of the checklist with what came of it. */
export interface CheckResult extends CheckTopic {
  readonly outcome: CheckOutcome;
  readonly found: string;
  readonly method: FindingMethod;
}

/** Safe to write with `JSON.stringify`: whole numbers that may be large are decimal strings. */
export interface ConformanceReport extends ReportHead {
  /** Whom the checks acted as, and how they were found; null where nobody was. */
  readonly roles: { readonly minter: string | null; readonly pauser: string | null };
  readonly counts: Readonly<Record<CheckOutcome, number>>;
  readonly checks: readonly CheckResult[];
}
