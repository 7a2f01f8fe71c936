import { SigningKey, toBeHex } from "ethers";
import type { Signature } from "./types.ts";

const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * The key that signed a digest, or undefined where there is none: r or s outside the curve's order, s in the upper half, a recovery id
 * other than 0 and 1, or a point that does not exist.
 *
 * @returns 65 bytes, uncompressed.
 */
export function recoverPublicKey(digest: string, { r, s }: Signature, recoveryId: bigint): string | undefined {
  if (recoveryId !== 0n && recoveryId !== 1n) return undefined;
  if (r <= 0n || r >= curveOrder || s <= 0n || s > curveOrder / 2n) return undefined;
  try {
    return SigningKey.recoverPublicKey(digest, {
      r: toBeHex(r, 32),
      s: toBeHex(s, 32),
      yParity: recoveryId === 0n ? 0 : 1,
    });
  } catch {
    return undefined;
  }
}

/** The recovery id in an EIP-155 V, as legacy and Kaia types carry it. */
export function recoveryIdOf(v: bigint, chainId: bigint): bigint {
  return v - chainId * 2n - 35n;
}

/** The chain id in an EIP-155 V; 0 for 27 and 28. */
export function chainIdOf(v: bigint): bigint {
  return v < 35n ? 0n : (v - 35n) / 2n;
}
