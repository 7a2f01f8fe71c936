import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";

/** @param fault - goes on from "The request"; quotes nothing that the caller gave. */
export function invalidRequest(fault: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_CHAIN_INTENT_INVALID",
    `The request ${fault}. Nothing was signed or sent; correct the request.`,
  );
}

/**
 * Lets ethers read and sign what the caller gave. Its own complaint, or that it did not find something, becomes ours: it quotes what it
 * complains about, which may be long or private. What the signer fails with stays.
 */
export async function withoutQuotes<T>(fault: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isReading = error instanceof TypeError || (error instanceof Error && "shortMessage" in error);
    if (isLatchkeyError(error) || !isReading) throw error;
    throw invalidRequest(fault);
  }
}
