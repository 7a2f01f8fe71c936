import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { Hex } from "../units/brands.ts";

/** So far below the height at which it was signed a chain that was reorganised may have put it. */
const margin = 64n;

/**
 * Finds the transaction that used a nonce: the block in which the sender's count passed it, and what the sender has in that block.
 *
 * @param since - the head when bytes with this nonce were first signed.
 * @param upTo - a block up to which the nonce is known to be used.
 * @returns its hash; undefined where the node cannot tell: nothing may be concluded then.
 * @throws `ERR_RPC_*` the node has no state of these blocks any more.
 */
export async function whoTookNonce(
  chain: ChainAdapter,
  address: string,
  nonce: number,
  since: bigint,
  upTo: bigint,
): Promise<Hex | undefined> {
  const countAt = async (block: bigint): Promise<number> => (await chain.nonces([address], block))[0] ?? 0;
  let below = since > margin ? since - margin : 0n;
  let above = upTo;
  if (below > above || (await countAt(above)) <= nonce) return undefined;
  if ((await countAt(below)) > nonce) {
    // It was used before it was given out here: the books were behind. The genesis block has no transactions.
    below = 0n;
    if ((await countAt(below)) > nonce) return undefined;
  }
  while (above - below > 1n) {
    const middle = (below + above) / 2n;
    if ((await countAt(middle)) > nonce) above = middle;
    else below = middle;
  }
  const sent = await chain.sentIn(above, address);
  return sent.find((each) => each.nonce === nonce)?.hash;
}
