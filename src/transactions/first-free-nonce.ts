import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { AccountState } from "../ports/chain-adapter.ts";

/** A sender that others use as well may be ahead of the books, and not by this much. */
const mostOutside = 1_000;
/** As many of somebody else's may be with the node and in no block. */
const mostPending = 256;

/**
 * The nonce to give out next: above whatever was given out here, is in a block, or is with the node.
 *
 * @param recorded - the lowest that was never given out, by the books; null where they have none yet.
 * @throws `ERR_TRANSACTION_NONCE_IMPLAUSIBLE` the node says what cannot be: signed with it, nothing would ever be mined.
 */
export function firstFreeNonce(recorded: number | null, { nonce, pendingNonce }: AccountState): number {
  const known = Math.max(recorded ?? 0, nonce);
  if (recorded !== null && nonce > recorded + mostOutside) throw implausible(recorded, nonce);
  if (pendingNonce > known + mostPending) throw implausible(known, pendingNonce);
  return Math.max(known, pendingNonce);
}

function implausible(expected: number, said: number): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_NONCE_IMPLAUSIBLE",
    `The node says that the sender's next nonce is ${String(said)}; by the books it is about ${String(expected)}. Nothing was signed with it; check the node, and who else has the key.`,
    { context: { expected, said } },
  );
}
