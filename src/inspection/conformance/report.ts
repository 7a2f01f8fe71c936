/**
 * - `conforms`: the contract did what the KIP says, in this case.
 * - `deviates`: it did not.
 * - `not offered`: the check belongs to an optional interface that the contract neither reports nor has.
 * - `cannot tell`: the question could not be put; `found` says why.
 */
export type CheckOutcome = "conforms" | "deviates" | "not offered" | "cannot tell";

export interface Finding {
  readonly outcome: CheckOutcome;
  /** What was seen, in a sentence. Texts of the contract in it are cut and cleaned. */
  readonly found: string;
  /** How it was seen, where that is not the report's own method. */
  readonly method?: FindingMethod;
}

export type FindingMethod = "eth_call with code overrides" | "local replica" | "past logs" | "none";

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
export interface ConformanceReport {
  readonly address: string;
  readonly chainId: string;
  readonly block: { readonly number: string; readonly hash: string };
  /** How the answers came about; a check that was answered in another way says so itself. */
  readonly method: FindingMethod;
  /** Why the node could not simulate by itself; absent where it did. */
  readonly fallbackReason?: string;
  /** Whom the checks acted as, and how they were found; null where nobody was. */
  readonly roles: { readonly minter: string | null; readonly pauser: string | null };
  readonly counts: Readonly<Record<CheckOutcome, number>>;
  readonly checks: readonly CheckResult[];
}

export const conforms = (found: string): Finding => ({ outcome: "conforms", found });
export const deviates = (found: string): Finding => ({ outcome: "deviates", found });
export const notOffered = (found: string): Finding => ({ outcome: "not offered", found });
export const cannotTell = (found: string): Finding => ({ outcome: "cannot tell", found });
