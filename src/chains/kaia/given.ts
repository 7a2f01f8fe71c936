import type { FeeOffer, PrepareOptions, Speed } from "../../ports/chain-adapter.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { isObject } from "../ethereum/quantity.ts";

/** What the caller says of nonce, gas and fee. What is undefined the node is asked for. */
export interface Given {
  readonly nonce: number | undefined;
  readonly gasLimit: bigint | undefined;
  readonly fee: FeeOffer | undefined;
  readonly speed: Speed;
  /** Kei that the sender's other transactions may take. */
  readonly committed: bigint;
}

const speeds: readonly string[] = ["slow", "standard", "fast"];
/** Kaia takes no transaction that asks for more gas. */
const mostGas = 500_000_000n;
const largest = 2n ** 256n - 1n;

/** @throws `ERR_CHAIN_INTENT_INVALID`. */
export function givenIn(options: PrepareOptions): Given {
  const given: unknown = options;
  if (!isObject(given)) throw invalidIntent("has options that are no object");
  const { nonce, gasLimit, fee, speed = "standard", committed = 0n } = options;
  if (nonce !== undefined && !(Number.isSafeInteger(nonce) && nonce >= 0))
    throw invalidIntent("has a nonce that is not a whole number from 0");
  if (gasLimit !== undefined && !(isAmount(gasLimit) && gasLimit >= 21_000n && gasLimit <= mostGas))
    throw invalidIntent("has a gas limit that is not a bigint from 21,000 to 500,000,000");
  if (fee !== undefined && !isOffer(fee))
    throw invalidIntent("has a fee that is not two bigints, perGas and a tip that is not above it");
  if (!speeds.includes(speed)) throw invalidIntent("has a speed other than slow, standard and fast");
  if (!isAmount(committed)) throw invalidIntent("has committed funds that are not a bigint of kei");
  return { nonce, gasLimit, fee, speed, committed };
}

function isOffer(fee: unknown): fee is FeeOffer {
  if (!isObject(fee)) return false;
  const { perGas, tip } = fee;
  return isAmount(perGas) && isAmount(tip) && tip <= perGas;
}

function isAmount(value: unknown): value is bigint {
  return typeof value === "bigint" && value >= 0n && value <= largest;
}
