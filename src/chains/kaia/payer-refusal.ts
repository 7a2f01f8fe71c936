import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";

/** What a node's refusal says of the fee payer's funds; undefined for every other error. */
export function payerRefusal(error: unknown): LatchkeyError | undefined {
  if (!isLatchkeyError(error) || !/insufficient funds of the fee payer/i.test(String(error.context["rpcMessage"])))
    return undefined;
  return new LatchkeyError(
    "ERR_CHAIN_INSUFFICIENT_FUNDS",
    "The fee payer cannot pay its part of the fee. Nothing was sent; fund it first.",
    { context: { who: "fee payer" }, cause: error },
  );
}
