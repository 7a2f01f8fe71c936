import type { FeeOffer, PrepareOptions, Speed } from "../../ports/chain-adapter.ts";
import type { CancelIntent, EncodedIntent, Intent } from "../../ports/intent.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { isObject } from "../ethereum/quantity.ts";
import { isSpeed } from "./fees.ts";

/** What the caller gave for a transaction, checked. */
export interface GivenOptions {
  readonly nonce: number | undefined;
  readonly gasLimit: bigint | undefined;
  readonly fee: FeeOffer | undefined;
  readonly speed: Speed;
  /** Undefined: the node's pending balance is the account's own business. */
  readonly committed: bigint | undefined;
}

const leastGas = 21_000n;
const mostGas = 2n ** 53n;

/** @throws `ERR_CHAIN_INTENT_INVALID`. */
export function parseOptions(options: PrepareOptions): GivenOptions {
  const given: unknown = options;
  if (!isObject(given)) throw invalidIntent("has options that are no object");
  refuseForeign(options);
  const { nonce, gasLimit, fee, speed = "standard", committed } = options;
  if (nonce !== undefined && !(Number.isSafeInteger(nonce) && nonce >= 0))
    throw invalidIntent("has a nonce that is not a whole number from 0");
  if (gasLimit !== undefined && !(typeof gasLimit === "bigint" && gasLimit >= leastGas && gasLimit <= mostGas))
    throw invalidIntent("has a gas limit that is not a bigint from 21,000 to 2^53");
  if (fee !== undefined && !(isObject(fee) && isOffer(fee)))
    throw invalidIntent("has a fee that is not perGas and tip, bigints from 0, the tip at most perGas");
  if (!isSpeed(speed)) throw invalidIntent("has a speed other than slow, standard and fast");
  if (committed !== undefined && !(typeof committed === "bigint" && committed >= 0n))
    throw invalidIntent("has committed funds that are not a bigint from 0");
  return { nonce, gasLimit, fee, speed, committed };
}

/** What other chains can do and this one cannot must not be dropped in silence. */
function refuseForeign({ feePayer, feeRatio, format }: PrepareOptions): void {
  if (feePayer !== undefined && feePayer !== null)
    throw invalidIntent("has a fee payer, which this chain does not know");
  if (feeRatio !== undefined) throw invalidIntent("has a fee ratio, which this chain does not know");
  if (format !== undefined && format !== "ethereum") throw invalidIntent("has a format that this chain does not know");
}

/** @throws `ERR_CHAIN_INTENT_INVALID`. */
export function refuseMemo(intent: Intent | EncodedIntent | CancelIntent): void {
  if (!isObject(intent)) return;
  const hasMemo =
    ("kind" in intent && intent.kind === "memo") ||
    ("transfer" in intent && isObject(intent.transfer) && intent.transfer.memo !== undefined);
  if (hasMemo) throw invalidIntent("has a memo, which this chain's transfers do not have; use data");
}

function isOffer({ perGas, tip }: FeeOffer): boolean {
  return typeof perGas === "bigint" && typeof tip === "bigint" && tip >= 0n && tip <= perGas && perGas < 2n ** 256n;
}
