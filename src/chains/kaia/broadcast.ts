import type { BroadcastOutcome, SignedTransaction } from "../../ports/chain-adapter.ts";
import type { Transport } from "../../ports/transport.ts";
import { broadcastAll } from "../ethereum/broadcast-all.ts";
import { outcomeOf } from "../ethereum/classify.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { parseAddress } from "../ethereum/scheme.ts";
import type { SignatureCheck } from "./own-signature.ts";
import { payerRefusal } from "./payer-refusal.ts";
import { signingsIn } from "./signed-by.ts";

/** Takes every type; eth_sendRawTransaction refuses Kaia's own. */
export const sendMethod = "kaia_sendRawTransaction";

/**
 * Makes sure that signed bytes are signed by whom they say, since a signer that is not Latchkey's own may have been wrong.
 *
 * @throws `ERR_VAULT_SIGN_FAILED`; `ERR_CHAIN_INTENT_INVALID` they cannot be read, or are of another chain.
 */
export function requireOwnSignatures(
  ethers: Ethers,
  signatures: SignatureCheck,
  { raw, from }: SignedTransaction,
  chainId: number,
): void {
  for (const { address = from, digest, signature } of signingsIn(ethers, raw, chainId) ?? [])
    signatures.own(ethers, parseAddress(address), digest, signature);
}

/**
 * Sends signed bytes in their order. Throws nothing.
 *
 * @param check - throws for bytes that must not be sent; the others go out all the same.
 */
export async function sendAll(
  transport: Transport,
  identify: () => Promise<void>,
  transactions: readonly SignedTransaction[],
  check: (transaction: SignedTransaction) => void,
): Promise<readonly BroadcastOutcome[]> {
  const faults = transactions.map((transaction) => faultOf(transaction, check));
  const sendable = transactions.filter((_, index) => faults[index] === undefined);
  const outcomes = [...(await broadcastAll(transport, identify, sendMethod, sendable))];
  return faults.map((fault) =>
    fault === undefined
      ? namingPayer(outcomes.shift() ?? outcomeOf(undefined))
      : { kind: "refused", reason: "other", error: fault },
  );
}

function faultOf(transaction: SignedTransaction, check: (transaction: SignedTransaction) => void): Error | undefined {
  try {
    check(transaction);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error("unknown", { cause: error });
  }
}

function namingPayer(outcome: BroadcastOutcome): BroadcastOutcome {
  if (outcome.kind !== "refused") return outcome;
  return { ...outcome, error: payerRefusal(outcome.error) ?? outcome.error };
}
