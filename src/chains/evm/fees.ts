import type { FeeOffer, Speed } from "../../ports/chain-adapter.ts";
import { requireAffordable } from "../ethereum/fees.ts";
import { isRecord } from "../../units/is-record.ts";
import { badResponse, quantity } from "../ethereum/quantity.ts";

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
  if (!isRecord(value)) throw badResponse("latest block");
  const baseFee = value["baseFeePerGas"];
  return {
    gasLimit: quantity(value["gasLimit"], "block gas limit"),
    baseFeePerGas: baseFee === undefined || baseFee === null ? undefined : quantity(baseFee, "base fee"),
  };
}

/** Percent of the base fee that is covered, and of what the node suggests. */
const speeds: Readonly<Record<Speed, { readonly base: bigint; readonly suggested: bigint }>> = {
  // Waits while the base fee is a quarter above today's.
  slow: { base: 125n, suggested: 100n },
  // The base fee can rise by an eighth a block, so this lasts six full blocks.
  standard: { base: 200n, suggested: 100n },
  fast: { base: 200n, suggested: 150n },
};

/**
 * What to offer for a unit of gas: with a base fee, that of the latest block twice (slow: 1.25 times) and the node's tip (fast: 1.5 times
 * the tip); without one, the node's gas price (fast: 1.5 times).
 *
 * @param suggested - the node's tip (EIP-1559) or gas price (legacy), in wei.
 */
export function offer(baseFeePerGas: bigint | undefined, suggested: bigint, speed: Speed = "standard"): FeeOffer {
  const factors = speeds[speed];
  const part = (suggested * factors.suggested) / 100n;
  return baseFeePerGas === undefined
    ? { perGas: part, tip: 0n }
    : { perGas: (baseFeePerGas * factors.base) / 100n + part, tip: part };
}

/**
 * The standard offer as fields of a transaction.
 *
 * @throws `ERR_CHAIN_FEE_TOO_HIGH` above the ceiling.
 */
export function gasPrice(baseFeePerGas: bigint | undefined, suggested: bigint, ceiling: bigint): GasPrice {
  const fee = offer(baseFeePerGas, suggested);
  requireAffordable(fee, ceiling);
  return priceOf(fee, baseFeePerGas === undefined);
}

/** The most that a unit of gas can cost. */
export function perGas(price: GasPrice): bigint {
  return price.type === 2 ? price.maxFeePerGas : price.gasPrice;
}

/** An offer as fields of a transaction. */
export function priceOf({ perGas, tip }: FeeOffer, isLegacy: boolean): GasPrice {
  return isLegacy ? { type: 0, gasPrice: perGas } : { type: 2, maxFeePerGas: perGas, maxPriorityFeePerGas: tip };
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
