import type { EthersSigner } from "../chains/evm/index.ts";
import { invalidRequest, withoutQuotes } from "./accounts-refusal.ts";
import { membersOf, parseTransaction } from "./accounts-transaction.ts";

/**
 * Signs, and sends nothing. Nothing is filled in either: who asks for bytes means these.
 *
 * @param asked - the object of `eth_signTransaction`.
 * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`; the signer's errors.
 */
export async function signTransaction(signer: EthersSigner, asked: unknown): Promise<string> {
  const given = parseTransaction(membersOf(asked));
  const hasFee = given.gasPrice !== null || given.maxFeePerGas !== null;
  if (given.nonce === null || given.chainId === null || given.gasLimit === null || !hasFee)
    throw invalidRequest("lacks nonce, chain id, gas or fee; to be signed it has to have all of them");
  return await withoutQuotes("has fees or authorisations that no transaction can have", () =>
    signer.signTransaction(given),
  );
}
