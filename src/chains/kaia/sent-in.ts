import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { toQuantity } from "../ethereum/chain-state.ts";
import { badResponse, isHash, isObject, quantity, smallQuantity } from "../ethereum/quantity.ts";

/**
 * The transactions of a sender in a block, in their order there.
 *
 * @param address - in any case.
 * @throws `ERR_RPC_*`, also where the node has no such block.
 */
export async function sentIn(
  transport: Transport,
  number: bigint,
  address: string,
): Promise<readonly { readonly hash: Hex; readonly nonce: number }[]> {
  const params = [toQuantity(number), true];
  const block = await transport.request({ method: "kaia_getBlockByNumber", params });
  if (!isObject(block) || quantity(block["number"], "block number") !== number) throw badResponse("block");
  const transactions: unknown = block["transactions"];
  if (!Array.isArray(transactions)) throw badResponse("block");
  return transactions.flatMap((transaction: unknown) => {
    const { from, hash, nonce } = isObject(transaction) ? transaction : {};
    if (typeof from !== "string" || !isHash(hash)) throw badResponse("transaction");
    if (from.toLowerCase() !== address.toLowerCase()) return [];
    return [{ hash, nonce: smallQuantity(nonce, "nonce") }];
  });
}
