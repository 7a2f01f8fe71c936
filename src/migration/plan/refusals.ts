import { type ErrorContext, LatchkeyError } from "../../errors/latchkey-error.ts";

/** What was asked for cannot be planned. */
export function impossible(what: string, context: ErrorContext = {}): LatchkeyError {
  return new LatchkeyError("ERR_MIGRATION_PLAN_IMPOSSIBLE", `${what} Nothing was written or sent.`, { context });
}

/** An option that is none. */
export function invalidPlan(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `plan: ${what}. Nothing was written or sent.`);
}
