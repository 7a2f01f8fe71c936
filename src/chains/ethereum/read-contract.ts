import type { ContractRead } from "../../ports/intent.ts";
import { isHex } from "../../units/bytes.ts";
import { encodeRead } from "./encode.ts";
import { loadEthers } from "./ethers.ts";
import { refusal } from "./node-errors.ts";
import { badResponse } from "./quantity.ts";

/**
 * Calls a contract without a transaction. The call is checked before the node is asked for anything.
 *
 * @param ask - asks the node for the call's result, once the node is known to serve the chain.
 * @returns the one value, or an array of several.
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_CHAIN_REVERTED`, `ERR_RPC_*`; what `identify` throws.
 */
export async function readContract(
  identify: () => Promise<void>,
  ask: (call: { readonly to: string; readonly data: string }) => Promise<unknown>,
  read: ContractRead,
): Promise<unknown> {
  const ethers = await loadEthers();
  const { to, data, contract, decode } = encodeRead(ethers, read);
  await identify();
  let result: unknown;
  try {
    result = await ask({ to, data });
  } catch (error) {
    throw refusal(ethers, error, contract);
  }
  if (!isHex(result)) throw badResponse("call result");
  return decode(result);
}
