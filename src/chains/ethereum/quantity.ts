import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Hex } from "../../units/brands.ts";

const quantityPattern = /^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/i;
const hashPattern = /^0x[0-9a-f]{64}$/i;

/**
 * Reads a quantity that a node sent. Spec: Ethereum JSON-RPC, "hex encoding"; at most 256 bits.
 *
 * @throws `ERR_RPC_BAD_RESPONSE`.
 */
export function quantity(value: unknown, what: string): bigint {
  if (typeof value === "string" && quantityPattern.test(value)) return BigInt(value);
  throw badResponse(what);
}

/** As `quantity`, for what has to fit a number: nonces, counts. */
export function smallQuantity(value: unknown, what: string): number {
  const big = quantity(value, what);
  if (big > BigInt(Number.MAX_SAFE_INTEGER)) throw badResponse(what);
  return Number(big);
}

export function isHash(value: unknown): value is Hex {
  return typeof value === "string" && hashPattern.test(value);
}

export function badResponse(what: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_RPC_BAD_RESPONSE",
    `The node's ${what} is not what the protocol allows. Nothing was signed with it.`,
    {
      context: { fault: "node", what },
    },
  );
}
