import type { Transport } from "../../ports/transport.ts";
import type { Hex } from "../../units/brands.ts";
import { type Namespace, toQuantity } from "./chain-state.ts";
import { isRecord } from "../../units/is-record.ts";
import { badResponse, isHash, quantity, smallQuantity } from "./quantity.ts";

/**
 * The transactions of a sender in a block, in their order there.
 *
 * @param address - in any case.
 * @throws `ERR_RPC_*`; `ERR_RPC_BAD_RESPONSE` also where the node has no such block.
 */
export async function sentIn(
  transport: Transport,
  namespace: Namespace,
  number: bigint,
  address: string,
): Promise<readonly { readonly hash: Hex; readonly nonce: number }[]> {
  const params = [toQuantity(number), true];
  const block = await transport.request({ method: `${namespace}_getBlockByNumber`, params });
  if (!isRecord(block) || quantity(block["number"], "block number") !== number) throw badResponse("block");
  const { transactions } = block;
  if (!Array.isArray(transactions)) throw badResponse("block");
  const sender = address.toLowerCase();
  return transactions.flatMap((each: unknown) => {
    if (!isRecord(each) || typeof each["from"] !== "string") throw badResponse("block");
    if (each["from"].toLowerCase() !== sender) return [];
    if (!isHash(each["hash"])) throw badResponse("block");
    return [{ hash: each["hash"], nonce: smallQuantity(each["nonce"], "nonce") }];
  });
}
