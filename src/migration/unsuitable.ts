import { type ErrorContext, LatchkeyError } from "../errors/latchkey-error.ts";

/**
 * That the old contract cannot be moved as it is.
 *
 * @param reason - a few words to branch on, such as `erc1155`.
 * @param what - a sentence's end: "The old contract ...".
 */
export function unsuitable(reason: string, what: string, context: ErrorContext = {}): LatchkeyError {
  return new LatchkeyError(
    "ERR_MIGRATION_SOURCE_UNSUITABLE",
    `The old contract ${what}. Nothing was written and nothing was sent.`,
    { context: { reason, ...context } },
  );
}
