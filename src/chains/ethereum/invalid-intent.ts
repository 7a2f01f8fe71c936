import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";

/** @param fault - goes on from "The intent"; quotes nothing that the caller gave. */
export function invalidIntent(fault: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INTENT_INVALID",
    `The intent ${fault}. Nothing was signed or sent; correct the intent.`,
  );
}

/** Runs ethers over what the caller gave; whatever it throws becomes the fault. */
export function attempt<T>(fault: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isLatchkeyError(error)) throw error;
    // ethers quotes the value in its message, which may be long or private.
    throw invalidIntent(fault);
  }
}
