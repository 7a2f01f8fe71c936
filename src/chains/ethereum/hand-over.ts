import type { SignedTransaction } from "../../ports/chain-adapter.ts";
import { loadEthers } from "./ethers.ts";
import { isKnownTransaction, refusal } from "./node-errors.ts";
import { badResponse, isHash } from "./quantity.ts";

/**
 * Hands signed bytes to a node. One that knows them already has taken them.
 *
 * @param send - sends the bytes, and returns the node's answer.
 * @param refusalOf - names refusals that one chain alone has.
 * @throws `ERR_RPC_*`, `ERR_CHAIN_*`.
 */
export async function handOver(
  { raw, hash }: SignedTransaction,
  send: (raw: string) => Promise<unknown>,
  refusalOf: (error: unknown) => Error | undefined = () => undefined,
): Promise<void> {
  let answer: unknown;
  try {
    answer = await send(raw);
  } catch (error) {
    if (isKnownTransaction(error)) return;
    throw refusalOf(error) ?? refusal(await loadEthers(), error, undefined);
  }
  if (!isHash(answer) || answer.toLowerCase() !== hash.toLowerCase()) throw badResponse("transaction hash");
}
