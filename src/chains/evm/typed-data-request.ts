import type { TypedDataDomain, TypedDataEncoder } from "ethers";
import type { SigningRequest } from "../../ports/signing-request.ts";
import type { Ethers } from "../ethereum/ethers.ts";
import { grantsIn } from "../ethereum/grants.ts";

/**
 * What a signature of typed data is worth, for the policy.
 *
 * @param domain - with addresses in the place of names, as is the message; both can be hashed.
 */
export function typedDataRequest(
  ethers: Ethers,
  domain: TypedDataDomain,
  encoder: TypedDataEncoder,
  message: Readonly<Record<string, unknown>>,
): SigningRequest {
  const { primaryType, types } = encoder;
  const chainId = smallNumber(ethers, domain.chainId);
  const verifyingContract = domain.verifyingContract ?? null;
  const grants = grantsIn(ethers, { chainId, verifyingContract, primaryType, types, message });
  return { kind: "typed-data", chainId, verifyingContract, primaryType, grants };
}

/** Null also for an id that no number holds: no chain has it. */
function smallNumber(ethers: Ethers, chainId: TypedDataDomain["chainId"]): number | null {
  const id = ethers.getBigInt(chainId ?? -1);
  return id >= 0n && id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : null;
}
