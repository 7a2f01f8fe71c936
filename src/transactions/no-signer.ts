import { LatchkeyError } from "../errors/latchkey-error.ts";

/** Why a transaction waits for somebody else: nobody here can sign for its subject. */
export function noSigner(subject: string): LatchkeyError {
  return subject.startsWith("user:")
    ? new LatchkeyError(
        "ERR_WALLET_CONFLICT",
        "The wallet that this transaction is of is not in the store any more, or was altered. Nothing was signed.",
      )
    : new LatchkeyError(
        "ERR_TRANSACTION_OPTIONS_INVALID",
        "The service account that sends this is not registered where its transactions are worked on. Nothing was signed; call latchkey.service() there.",
      );
}
