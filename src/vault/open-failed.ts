import { LatchkeyError } from "../errors/latchkey-error.ts";

/**
 * The one failure to open, whatever the cause: what differs between causes would help whoever alters envelopes.
 */
export function openFailed(): LatchkeyError {
  return new LatchkeyError(
    "ERR_VAULT_OPEN_FAILED",
    "A sealed secret could not be opened: it, its row, its branch key or the wrapping key is not the one it was made with. Nothing was signed. Check the configured wrapping key, then the row against a backup; docs/recovery.md shows how to examine it.",
  );
}
