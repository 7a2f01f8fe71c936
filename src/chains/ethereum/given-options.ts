import type { FeeOffer, PrepareOptions, Speed } from "../../ports/chain-adapter.ts";
import { invalidIntent } from "./invalid-intent.ts";
import { isRecord } from "../../units/is-record.ts";

/** What the caller says of nonce, gas and fee, checked. What is undefined the node is asked for. */
export interface GivenOptions {
  readonly nonce: number | undefined;
  readonly gasLimit: bigint | undefined;
  readonly fee: FeeOffer | undefined;
  readonly speed: Speed;
  /** Base units that the sender's other transactions may take; undefined where nobody has counted them. */
  readonly committed: bigint | undefined;
}

const speeds: readonly string[] = ["slow", "standard", "fast"];
const leastGas = 21_000n;
const largest = 2n ** 256n - 1n;

/**
 * @param mostGas - that a transaction of the chain may ask for.
 * @throws `ERR_CHAIN_INTENT_INVALID`.
 */
export function givenOptions(options: PrepareOptions, mostGas: bigint): GivenOptions {
  const given: unknown = options;
  if (!isRecord(given)) throw invalidIntent("has options that are no object");
  const { nonce, gasLimit, fee, speed = "standard", committed } = options;
  if (nonce !== undefined && !(Number.isSafeInteger(nonce) && nonce >= 0))
    throw invalidIntent("has a nonce that is not a whole number from 0");
  if (gasLimit !== undefined && !(isAmount(gasLimit) && gasLimit >= leastGas && gasLimit <= mostGas))
    throw invalidIntent(`has a gas limit that is not a bigint from ${String(leastGas)} to ${String(mostGas)}`);
  if (fee !== undefined && !isOffer(fee))
    throw invalidIntent("has a fee that is not two bigints, perGas and a tip that is not above it");
  if (!speeds.includes(speed)) throw invalidIntent("has a speed other than slow, standard and fast");
  if (committed !== undefined && !isAmount(committed))
    throw invalidIntent("has committed funds that are not a bigint of base units");
  return { nonce, gasLimit, fee, speed, committed };
}

function isOffer(fee: unknown): boolean {
  if (!isRecord(fee)) return false;
  const { perGas, tip } = fee;
  return isAmount(perGas) && isAmount(tip) && tip <= perGas;
}

function isAmount(value: unknown): value is bigint {
  return typeof value === "bigint" && value >= 0n && value <= largest;
}
