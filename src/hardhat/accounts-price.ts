import { quantity } from "../chains/ethereum/quantity.ts";
import { gasPrice as priced, parseBlock, perGas } from "../chains/evm/fees.ts";
import type { GivenTransaction, TransactionRequest } from "./accounts-transaction.ts";

/** Asks the node; throws what Hardhat throws. */
export type Ask = (method: string, ...params: readonly unknown[]) => Promise<unknown>;

type Price = Pick<TransactionRequest, "type" | "gasPrice" | "maxFeePerGas" | "maxPriorityFeePerGas">;

/** Wei a unit of gas, where the node says what it costs: one that lies must not empty the account. */
const ceiling = 10n ** 13n;

/**
 * Type and fees, in wei a unit of gas: those of the request, else of the network's configuration, else what the node suggests.
 *
 * @throws `ERR_CHAIN_FEE_TOO_HIGH` the node asks for more than 10,000 gwei; `ERR_RPC_BAD_RESPONSE`; Hardhat's errors.
 */
export async function priceOf(given: GivenTransaction, configured: bigint | "auto", ask: Ask): Promise<Price> {
  const { accessList, authorizationList, gasPrice, maxFeePerGas, maxPriorityFeePerGas } = given;
  const single = given.type ?? (accessList === null ? 0 : 1);
  const type = given.type ?? (authorizationList === null ? 2 : 4);
  const isUnpriced = maxFeePerGas === null && maxPriorityFeePerGas === null;
  const maySingle = given.type === null ? isUnpriced && authorizationList === null : given.type < 2;
  if (gasPrice !== null) return { type: single, gasPrice };
  if (maxFeePerGas !== null && maxPriorityFeePerGas !== null) return { type, maxFeePerGas, maxPriorityFeePerGas };
  if (configured !== "auto" && isUnpriced) {
    return maySingle
      ? { type: single, gasPrice: configured }
      : { type, maxFeePerGas: configured, maxPriorityFeePerGas: configured };
  }
  const { baseFeePerGas } = parseBlock(await ask("eth_getBlockByNumber", "latest", false));
  if (maySingle && (given.type !== null || baseFeePerGas === undefined)) {
    const suggested = quantity(await ask("eth_gasPrice"), "gas price");
    return { type: single, gasPrice: perGas(priced(undefined, suggested, ceiling)) };
  }
  const tip = maxPriorityFeePerGas ?? quantity(await ask("eth_maxPriorityFeePerGas"), "fee suggestion");
  const most = maxFeePerGas ?? perGas(priced(baseFeePerGas ?? 0n, tip, ceiling));
  return { type, maxFeePerGas: most, maxPriorityFeePerGas: tip < most ? tip : most };
}
