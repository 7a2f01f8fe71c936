import type { PrepareOptions } from "../../ports/chain-adapter.ts";
import type { CancelIntent, EncodedIntent, Intent } from "../../ports/intent.ts";
import { type GivenOptions, givenOptions } from "../ethereum/given-options.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { isRecord } from "../../units/is-record.ts";

const mostGas = 2n ** 53n;

/** @throws `ERR_CHAIN_INTENT_INVALID`. */
export function parseOptions(options: PrepareOptions): GivenOptions {
  const given = givenOptions(options, mostGas);
  refuseForeign(options);
  return given;
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
  if (!isRecord(intent)) return;
  const hasMemo =
    ("kind" in intent && intent.kind === "memo") ||
    ("transfer" in intent && isRecord(intent.transfer) && intent.transfer.memo !== undefined);
  if (hasMemo) throw invalidIntent("has a memo, which this chain's transfers do not have; use data");
}
