import type { RecoverableSignature } from "../../ports/signer.ts";
import type { Hex } from "../../units/brands.ts";
import { bytesToHex } from "../../units/bytes.ts";

/** V, R and S as a Kaia transaction has them. V carries the chain id as in EIP-155. */
export function signatureFields({ r, s, yParity }: RecoverableSignature, chainId: number): string[] {
  return [`0x${(chainId * 2 + 35 + yParity).toString(16)}`, integer(r), integer(s)];
}

/** As Ethereum's typed transactions have them: the parity instead of V. */
export function parityFields({ r, s, yParity }: RecoverableSignature): string[] {
  return [yParity === 1 ? "0x1" : "0x", integer(r), integer(s)];
}

/** An integer without leading zero bytes, as RLP writes integers. */
function integer(bytes: Uint8Array): Hex {
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytesToHex(bytes.subarray(first === -1 ? bytes.length : first));
}
