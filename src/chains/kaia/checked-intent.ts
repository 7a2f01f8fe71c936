import type { PrepareOptions } from "../../ports/chain-adapter.ts";
import type { CancelIntent, EncodedIntent, Intent } from "../../ports/intent.ts";
import type { Signer } from "../../ports/signer.ts";
import { encodeCancel, isCancel, isEncoded, requireEncoded } from "../ethereum/encode.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { type GivenOptions, givenOptions } from "../ethereum/given-options.ts";
import { invalidIntent } from "../ethereum/invalid-intent.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import { mostGas } from "./fees.ts";
import { encodeKaiaIntent, requireShort } from "./intent.ts";
import { isKaiaTyped, type Payment, paymentOf } from "./payment.ts";

/** An intent that was checked, who pays, and what needs not be asked for. No node was asked for it. */
export interface CheckedIntent {
  readonly intent: EncodedIntent;
  readonly from: string;
  readonly payment: Payment;
  readonly given: GivenOptions;
  /** One of Kaia's own types; else Ethereum's type 2. */
  readonly isKaiaTyped: boolean;
}

/**
 * @param standing - the chain's own fee payer, for options that name none.
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function checkIntent(
  ethers: Ethers,
  intent: Intent | EncodedIntent | CancelIntent,
  sender: string,
  options: PrepareOptions,
  standing: Signer | undefined,
): CheckedIntent {
  const given = givenOptions(options, mostGas);
  const payment = paymentOf(options, standing);
  const from = parseAddress(sender);
  const checked = { from, payment, isKaiaTyped: isKaiaTyped(payment) };
  if (!isEncoded(intent) && isCancel(intent)) {
    const { nonce, encoded } = encodeCancel(intent, from);
    if (given.nonce !== undefined && given.nonce !== nonce)
      throw invalidIntent("cancels another nonce than the options name");
    return cancelling({ ...checked, intent: encoded, given: { ...given, nonce } });
  }
  if (!isEncoded(intent)) return { ...checked, intent: encodeKaiaIntent(ethers, intent), given };
  const encoded = requireShort(requireEncoded(intent));
  if (encoded.kind !== "cancel") return { ...checked, intent: encoded, given };
  if (given.nonce === undefined) throw invalidIntent("cancels, and does not say which nonce");
  return cancelling({ ...checked, intent: encodeCancel({ cancel: { nonce: given.nonce } }, from).encoded, given });
}

function cancelling(checked: CheckedIntent): CheckedIntent {
  if (checked.payment.format === "ethereum")
    throw invalidIntent("cancels, which Ethereum's types do not know; leave format out");
  return { ...checked, isKaiaTyped: true };
}
