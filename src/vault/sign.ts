import { signRecoverable } from "tiny-secp256k1";
import type { RecoverableSignature } from "../ports/signer.ts";
import { checkSignature, type MadeSignature, signFailed } from "./signing-door.ts";

/**
 * Makes a signature with a key in hand. Only the signing door gives it out.
 * Spec: SEC 1 4.1.3 with RFC 6979 nonces; low-s per EIP-2.
 *
 * @param publicKey - uncompressed, of `key`.
 */
export function makeSignature(digest: Uint8Array, key: Uint8Array, publicKey: Uint8Array): MadeSignature {
  return { ...signRecoverable(digest, key), publicKey };
}

/**
 * Signs as a wallet's account does, with a key in hand instead of an envelope: for tests and benchmarks.
 *
 * @throws `ERR_VAULT_SIGN_FAILED` `publicKey` is not the key's; the signature is discarded.
 */
export function signDigest(digest: Uint8Array, key: Uint8Array, publicKey: Uint8Array): RecoverableSignature {
  const checked = checkSignature(digest, makeSignature(digest, key, publicKey));
  if (checked === undefined) throw signFailed("A signature did not recover to the key");
  return checked;
}
