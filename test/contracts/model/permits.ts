import { type BytesLike, Signature, TypedDataEncoder } from "ethers";
import type { Account } from "../behaviour/chain.ts";
import type { Permit } from "./attempt.ts";

/** Whose permits these are. */
export interface PermitDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: bigint;
  readonly verifyingContract: string;
}

/** As ERC-4494 writes it. */
const permitTypes = {
  Permit: [
    { name: "spender", type: "address" },
    { name: "tokenId", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

export function domainOf(name: string, chainId: bigint, verifyingContract: string): PermitDomain {
  return { name, version: "1", chainId, verifyingContract };
}

/** 65 bytes. */
export function signPermit({ wallet }: Account, domain: PermitDomain, permit: Permit): string {
  return wallet.signingKey.sign(TypedDataEncoder.hash({ ...domain }, permitTypes, { ...permit })).serialized;
}

/** The other signature that the same key and message have, which must not pass: its s is in the upper half. */
export function malleated(signature: BytesLike & string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const { r, s, v } = Signature.from(signature);
  const other = (order - BigInt(s)).toString(16).padStart(64, "0");
  return `${r}${other}${(v === 27 ? 28 : 27).toString(16)}`;
}

/** The same signature in 64 bytes, as EIP-2098 has it. */
export function compact(signature: string): string {
  return Signature.from(signature).compactSerialized;
}
