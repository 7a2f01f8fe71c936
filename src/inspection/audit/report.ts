import type { FindingMethod } from "../scene/finding.ts";
import type { ReportHead } from "../scene/target.ts";

/**
 * How bad an answer is for whoever holds tokens of the collection or runs it.
 *
 * - `high`: somebody can take, forge or destroy tokens, or is one call away from it.
 * - `medium`: something that a holder or a migration would rely on is not so.
 * - `low`: a deviation that gets in the way of tools.
 * - `none`: as it should be, or a fact alone.
 */
export type AuditSeverity = "high" | "medium" | "low" | "none";

/** What was learnt of one question. */
export interface AuditFinding {
  /** `yes`, `no`, or a short text; `cannot tell` where the question could not be put, and then `evidence` says why. */
  readonly answer: string;
  /** What was seen, in a sentence. Texts of the contract in it are cut and cleaned. */
  readonly evidence: string;
  readonly severity: AuditSeverity;
  /** Addresses, selectors or ids that the answer is about. */
  readonly list?: readonly string[];
  /** How it was seen, where that is not the report's own method. */
  readonly method?: FindingMethod;
}

export interface AuditTopic {
  /** Stable across releases, such as `stranger.mintWithTokenURI`. */
  readonly id: string;
  readonly question: string;
}

export interface AuditAnswer extends AuditTopic {
  readonly answer: string;
  readonly evidence: string;
  readonly severity: AuditSeverity;
  readonly list: readonly string[];
  readonly method: FindingMethod;
}

/** Safe to write with `JSON.stringify`: whole numbers that may be large are decimal strings. */
export interface AuditReport extends ReportHead {
  /** Keccak-256 of the code at the address, of a proxy its own; null where there is none. */
  readonly codeHash: string | null;
  readonly counts: Readonly<Record<AuditSeverity, number>>;
  readonly answers: readonly AuditAnswer[];
}

export const cannotSay = (why: string): AuditFinding => ({ answer: "cannot tell", evidence: why, severity: "none" });

export const yes = (evidence: string, severity: AuditSeverity = "none"): AuditFinding => ({
  answer: "yes",
  evidence,
  severity,
});

export const no = (evidence: string, severity: AuditSeverity = "none"): AuditFinding => ({
  answer: "no",
  evidence,
  severity,
});
