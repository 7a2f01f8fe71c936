import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { badResponse, isObject, quantity } from "../ethereum/quantity.ts";

/** What a unit of gas may cost, in wei: EIP-1559 where blocks have a base fee, else one price. */
export type GasPrice =
  | { readonly type: 2; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly type: 0; readonly gasPrice: bigint };

export interface LatestBlock {
  readonly gasLimit: bigint;
  /** Undefined before London. */
  readonly baseFeePerGas: bigint | undefined;
}

/** @throws `ERR_RPC_BAD_RESPONSE`. */
export function parseBlock(value: unknown): LatestBlock {
  if (!isObject(value)) throw badResponse("latest block");
  const baseFee = value["baseFeePerGas"];
  return {
    gasLimit: quantity(value["gasLimit"], "block gas limit"),
    baseFeePerGas: baseFee === undefined || baseFee === null ? undefined : quantity(baseFee, "base fee"),
  };
}

/**
 * Offers twice the base fee and the tip: the base fee can rise by an eighth a block, so this lasts six full blocks.
 *
 * @param suggested - the node's tip (EIP-1559) or gas price (legacy), in wei.
 * @throws `ERR_CHAIN_FEE_TOO_HIGH` above the ceiling.
 */
export function gasPrice(baseFeePerGas: bigint | undefined, suggested: bigint, ceiling: bigint): GasPrice {
  const price: GasPrice =
    baseFeePerGas === undefined
      ? { type: 0, gasPrice: suggested }
      : { type: 2, maxFeePerGas: 2n * baseFeePerGas + suggested, maxPriorityFeePerGas: suggested };
  const offered = perGas(price);
  if (offered <= ceiling) return price;
  throw new LatchkeyError(
    "ERR_CHAIN_FEE_TOO_HIGH",
    `The node asks for ${String(offered)} wei a unit of gas, above the ceiling of ${String(ceiling)}. Nothing was signed; try later, or raise maxFeePerGas.`,
    { context: { offered, ceiling } },
  );
}

/** The most that a unit of gas can cost. */
export function perGas(price: GasPrice): bigint {
  return price.type === 2 ? price.maxFeePerGas : price.gasPrice;
}

// EIP-7825: from Osaka on, Ethereum refuses a transaction that asks for more. Other chains allow it.
const ethereumCap = 2n ** 24n;

/**
 * The gas to allow for an estimate: a fifth more, since state moves between estimate and block; a bare transfer's 21,000 is exact.
 * The extra fifth crosses neither the block's limit nor Ethereum's for a transaction.
 *
 * @throws `ERR_RPC_BAD_RESPONSE` more than a block holds.
 */
export function gasLimit(estimate: bigint, block: LatestBlock): bigint {
  if (estimate < 21_000n || estimate > block.gasLimit) throw badResponse("gas estimate");
  if (estimate === 21_000n) return estimate;
  const padded = estimate + estimate / 5n;
  const cap = estimate <= ethereumCap && ethereumCap < block.gasLimit ? ethereumCap : block.gasLimit;
  return padded < cap ? padded : cap;
}
