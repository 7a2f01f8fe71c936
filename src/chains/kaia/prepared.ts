import type { FeeOffer, PreparedTransaction } from "../../ports/chain-adapter.ts";
import { requireWellFormed } from "./own-signature.ts";
import type { FeePayer } from "./payment.ts";
import type { Unsigned } from "./transaction.ts";

interface Facts {
  readonly from: string;
  readonly nonce: number;
  readonly gasLimit: bigint;
  readonly fee: FeeOffer;
  /** What each can lose to fees, in kei. */
  readonly maxFee: { readonly sender: bigint; readonly payer: bigint };
  readonly payer: FeePayer | undefined;
}

/** An encoded transaction with what the sender, and the policy, want to know of it. */
export function preparedOf(written: Unsigned, facts: Facts): PreparedTransaction {
  const { from, nonce, gasLimit, fee, maxFee, payer } = facts;
  const { digest, feePayerDigest, to, unsigned } = written;
  return {
    nonce,
    digest,
    ...(unsigned === undefined ? {} : { unsigned }),
    to,
    gasLimit,
    fee,
    maxFee: maxFee.sender,
    ...(payer === undefined || feePayerDigest === undefined
      ? {}
      : {
          feePayer: { address: payer.address, signer: payer.signer, digest: feePayerDigest, maxFee: maxFee.payer },
        }),
    // Whose the signatures are is looked at when they are sent: Latchkey's own signers have made sure of it before.
    assemble: (signature, feePayerSignature) => {
      const ofSender = requireWellFormed(from, signature);
      const ofPayer =
        payer === undefined || feePayerSignature === undefined
          ? feePayerSignature
          : requireWellFormed(payer.address, feePayerSignature);
      return { ...written.assemble(ofSender, ofPayer), from, nonce };
    },
  };
}
