import { type ErrorContext, LatchkeyError } from "../../errors/latchkey-error.ts";

/**
 * @param rule - the rule's name, or the option's that stands for one.
 * @param what - ends the sentence that begins with the rule.
 */
export function denied(rule: string, what: string, context: ErrorContext = {}): LatchkeyError {
  return new LatchkeyError(
    "ERR_POLICY_DENIED",
    `The policy's rule "${rule}" ${what}. Nothing was signed and nothing counted.`,
    {
      context: { ...context, rule },
    },
  );
}

export function frozen(whom: "tenant" | "subject", reason: string | null): LatchkeyError {
  const what = whom === "tenant" ? "The whole tenant is frozen" : "The account is frozen";
  return new LatchkeyError(
    "ERR_POLICY_FROZEN",
    `${what}${reason === null ? "" : ` (${reason})`}. Nothing was signed; end the freeze before you try again.`,
    { context: { frozen: whom } },
  );
}

export function tampered(table: string, key: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_POLICY_TAMPERED",
    `A row of ${table} is not as it was written. Nothing was signed, and nothing is for whom it concerns until the row is restored from a backup; find out who can write to the database.`,
    { context: { table, key } },
  );
}

/** @param branch - what the row names. */
export function keyNotOpen(table: string, key: string, branch: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_POLICY_TAMPERED",
    `A row of ${table} was written under a branch key that is not open here yet. Nothing was signed; try again, which opens it if it is there.`,
    { context: { table, key, branch }, retryable: true },
  );
}
