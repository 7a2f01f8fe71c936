import type { SendOptions } from "../../ports/chain-adapter.ts";
import type { Signer } from "../../ports/signer.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { isObject } from "../ethereum/quantity.ts";
import { parseAddress } from "../ethereum/scheme.ts";

/** Who pays a transaction's fee, and in which form it goes out. */
export interface Payment {
  readonly feePayer: Signer | undefined;
  readonly feeRatio: number | undefined;
  readonly format: "ethereum" | "kaia";
}

/**
 * Checks who pays.
 *
 * @param standing - the chain's own fee payer, for sends that name none.
 * @throws `ERR_CHAIN_INTENT_INVALID`; `ERR_CHAIN_ADDRESS_INVALID` the fee payer's.
 */
export function paymentOf(options: SendOptions, standing: Signer | undefined): Payment {
  const { feeRatio, format } = options;
  const feePayer = options.feePayer === undefined ? standing : (options.feePayer ?? undefined);
  if (feePayer !== undefined) {
    if (!isSigner(feePayer)) throw invalidIntent("has a fee payer that is no signer");
    parseAddress(feePayer.address);
    if (format === "ethereum") throw invalidIntent("has a fee payer, which Ethereum's types do not know");
  }
  if (feeRatio !== undefined) {
    if (!Number.isInteger(feeRatio) || feeRatio < 1 || feeRatio > 99)
      throw invalidIntent("has a fee ratio that is not a whole number from 1 to 99; leave it out for 100");
    if (feePayer === undefined) throw invalidIntent("has a fee ratio and no fee payer");
  }
  if (format !== undefined && !["ethereum", "kaia"].includes(format))
    throw invalidIntent("has a format other than ethereum and kaia");
  return { feePayer, feeRatio, format: format ?? "ethereum" };
}

export function isSigner(value: unknown): value is Signer {
  return isObject(value) && typeof value["address"] === "string" && typeof value["signDigest"] === "function";
}
