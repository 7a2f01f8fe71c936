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

export const conforms = (found: string): Finding => ({ outcome: "conforms", found });
export const deviates = (found: string): Finding => ({ outcome: "deviates", found });
export const notOffered = (found: string): Finding => ({ outcome: "not offered", found });
export const cannotTell = (found: string): Finding => ({ outcome: "cannot tell", found });
