import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { ContractRead } from "../../ports/intent.ts";
import type { Hex } from "../../units/brands.ts";
import { type Interface, parseAbi } from "./abi.ts";
import { boundedDecoding, longestAnswer } from "./bounded-decoding.ts";
import { encodeCall } from "./encode-call.ts";
import type { Ethers } from "./ethers.ts";
import { body } from "./intent-fields.ts";
import { parseAddress } from "./scheme.ts";

export interface EncodedRead {
  readonly to: string;
  readonly data: Hex;
  readonly contract: Interface;
  /**
   * The one value, or an array of several; tuples are arrays.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID` the answer does not fit the ABI; `ERR_RPC_BAD_RESPONSE` it has more than 128 KiB.
   */
  decode(result: Hex): unknown;
}

/** @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`. */
export function encodeRead(ethers: Ethers, read: ContractRead): EncodedRead {
  const { to, abi, function: name, args = [] } = body(read);
  const contract = parseAbi(ethers, abi);
  const { fragment, data } = encodeCall(ethers, contract, name, args);
  return {
    to: parseAddress(to),
    data,
    contract,
    decode: (result) => {
      if (result.length > 2 + 2 * longestAnswer) throw tooLong();
      try {
        // All the way down, since ethers keeps what it cannot decode as an error that is thrown on first sight.
        const values: readonly unknown[] = boundedDecoding(ethers, (): readonly unknown[] =>
          contract.decodeFunctionResult(fragment, result).toArray(true),
        );
        return values.length === 1 ? values[0] : values;
      } catch {
        throw new LatchkeyError(
          "ERR_CHAIN_INTENT_INVALID",
          "The answer does not fit the ABI: at this address is another contract, or none. Nothing was sent; check the address, the chain and the ABI.",
        );
      }
    },
  };
}

function tooLong(): LatchkeyError {
  return new LatchkeyError(
    "ERR_RPC_BAD_RESPONSE",
    `The answer has more than ${String(longestAnswer)} bytes and was not decoded. Nothing was sent; read it in pages.`,
    { context: { fault: "request" }, retryable: false },
  );
}
