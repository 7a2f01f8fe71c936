/** An answer that is an error, in the node's words. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: string | undefined;

  constructor(code: number, message: string, data?: string) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

/** The node's code for whatever it refuses. */
export function refused(message: string): RpcError {
  return new RpcError(-32_000, message);
}

export function invalidParams(message: string): RpcError {
  return new RpcError(-32_602, message);
}

export function unknownMethod(method: string): RpcError {
  return new RpcError(-32_601, `the method ${method} does not exist/is not available`);
}

/** The pool's fixed texts, letter by letter: one ends in a blank, one says it the wrong way round. */
export const refusals = {
  undefinedType: "undefined tx type",
  emptyInput: "Empty input",
  nonceTooLow: "nonce too low",
  sameNonce: "there is another tx which has the same nonce in the tx pool",
  senderFunds: "insufficient funds of the sender for value ",
  feePayerFunds: "insufficient funds of the fee payer for gas * price",
  gasPriceBelowBaseFee: "invalid gas price. It must be set to value greater than or equal to baseFee",
  feeCapBelowBaseFee: "invalid gas fee cap. It must be set to value greater than or equal to baseFee",
  tipAboveCap: "max fee per gas higher than max priority fee per gas",
  intrinsicGas: "intrinsic gas too low",
  chainId: "invalid chain id",
  feeRatio: "fee ratio is out of range [1, 99]",
  oversized: "oversized data",
  emptyAuthorizations: "set code tx must have at least one authorization tuple",
  signatureValues: "invalid transaction v, r, s values",
  accountKey: "invalid account key",
  legacyKeyNeeded: "a legacy transaction must be with a legacy account key",
  anchoring: "locally anchoring chaindata tx is not allowed in this node",
  delegatedGap: "gapped-nonce tx from delegated accounts",
  delegatedInFlight: "in-flight transaction limit reached for delegated accounts",
  authorityReserved: "authority already reserved",
  recipientWithCode: "recipient must be an EOA without code",
  recipientWithoutCode: "recipient must be an EOA with code or an SCA",
  senderWithCode: "sender must be an EOA without code",
  codeFormat: "smart contract code format is invalid",
  humanReadable: "Human-readable address is not supported now",
} as const;
