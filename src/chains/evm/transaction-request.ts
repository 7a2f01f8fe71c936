import type { SigningRequest } from "../../ports/signing-request.ts";
import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { intentIn } from "../ethereum/intent-in.ts";

/**
 * What a signature of a transaction stands for, read from the bytes that are signed.
 *
 * @param unsignedSerialized - from ethers.
 * @returns also the bytes, where they say for which chain they are.
 */
export function transactionRequest(
  ethers: Ethers,
  unsignedSerialized: string,
): { readonly request: SigningRequest; readonly unsigned?: Hex } {
  const { to, value, data, chainId } = ethers.Transaction.from(unsignedSerialized);
  if (!isHex(data) || !isHex(unsignedSerialized)) return { request: { kind: "digest" } };
  // Without a chain (before EIP-155) it is good on all of them, and its number is 0.
  const request = {
    kind: "transaction",
    chainId: Number(chainId),
    intent: intentIn(ethers, { to, value, data }),
  } as const;
  return chainId === 0n ? { request } : { request, unsigned: unsignedSerialized };
}
