import type { Hex } from "../../units/brands.ts";
import { type FunctionFragment, type Interface, requireBooleans } from "./abi.ts";
import type { Ethers } from "./ethers.ts";
import { bytes, list } from "./intent-fields.ts";
import { attempt, invalidIntent } from "./invalid-intent.ts";
import { requireShort } from "./require-short.ts";

/** @throws `ERR_CHAIN_INTENT_INVALID`. */
export function encodeCall(
  ethers: Ethers,
  contract: Interface,
  name: string,
  args: readonly unknown[],
): { readonly fragment: FunctionFragment; readonly data: Hex } {
  const fragment = attempt("names a function that its ABI does not have, or has several times", () =>
    contract.getFunction(name),
  );
  if (fragment === null) throw invalidIntent("names a function that its ABI does not have");
  const encoded = attempt("has arguments that do not fit the function", () => {
    requireShort(list(args));
    requireBooleans(ethers, fragment.inputs, list(args));
    return contract.encodeFunctionData(fragment, args);
  });
  return { fragment, data: bytes(encoded, "data") };
}

/**
 * The arguments of a constructor, as what follows the bytecode.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`.
 */
export function encodeConstructor(ethers: Ethers, contract: Interface, args: readonly unknown[]): Hex {
  const encoded = attempt("has arguments that do not fit the constructor", () => {
    requireShort(list(args));
    requireBooleans(ethers, contract.deploy.inputs, list(args));
    return contract.encodeDeploy(args);
  });
  return bytes(encoded, "args");
}
