import { signRecoverable } from "tiny-secp256k1";
import type { MadeSignature } from "./signing-door.ts";

/**
 * Makes a signature with a key in hand. Only the signing door gives it out.
 * Spec: SEC 1 4.1.3 with RFC 6979 nonces; low-s per EIP-2.
 *
 * @param publicKey - uncompressed, of `key`.
 */
export function makeSignature(digest: Uint8Array, key: Uint8Array, publicKey: Uint8Array): MadeSignature {
  return { ...signRecoverable(digest, key), publicKey };
}
