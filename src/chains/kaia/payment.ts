import type { PrepareOptions } from "../../ports/chain-adapter.ts";
import type { Signer } from "../../ports/signer.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { isRecord } from "../../units/is-record.ts";
import { parseAddress } from "../ethereum/scheme.ts";

/** Another account that pays the fee, all or in part. */
export interface FeePayer {
  readonly signer: Signer;
  /** Read once, with its checksum: a signer may say another one later. */
  readonly address: string;
  /** Percent, 1 to 99; undefined for all. */
  readonly ratio: number | undefined;
}

/** Who pays a transaction's fee, and in which form it goes out. */
export interface Payment {
  readonly feePayer: FeePayer | undefined;
  /** Undefined where the caller leaves it to the chain. */
  readonly format: "ethereum" | "kaia" | undefined;
}

/**
 * Checks who pays.
 *
 * @param standing - the chain's own fee payer, for sends that name none.
 * @throws `ERR_CHAIN_INTENT_INVALID`; `ERR_CHAIN_ADDRESS_INVALID` the fee payer's.
 */
export function paymentOf(options: PrepareOptions, standing: Signer | undefined): Payment {
  const given: unknown = options;
  if (!isRecord(given)) throw invalidIntent("has options that are no object");
  const { feeRatio, format } = options;
  if (format !== undefined && !["ethereum", "kaia"].includes(format))
    throw invalidIntent("has a format other than ethereum and kaia");
  const signer = options.feePayer === undefined ? standing : (options.feePayer ?? undefined);
  if (feeRatio !== undefined) {
    if (!Number.isInteger(feeRatio) || feeRatio < 1 || feeRatio > 99)
      throw invalidIntent("has a fee ratio that is not a whole number from 1 to 99; leave it out for 100");
    if (signer === undefined) throw invalidIntent("has a fee ratio and no fee payer");
  }
  if (signer === undefined) return { feePayer: undefined, format };
  if (!isSigner(signer)) throw invalidIntent("has a fee payer that is no signer");
  if (format === "ethereum") throw invalidIntent("has a fee payer, which Ethereum's types do not know");
  return { feePayer: { signer, address: parseAddress(signer.address), ratio: feeRatio }, format };
}

/** Whether it goes out as one of Kaia's own types, which pay all that they offer. */
export function isKaiaTyped({ feePayer, format }: Payment): boolean {
  return feePayer !== undefined || format === "kaia";
}

export function isSigner(value: unknown): value is Signer {
  return isRecord(value) && typeof value["address"] === "string" && typeof value["signDigest"] === "function";
}
