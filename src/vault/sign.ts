import { types } from "node:util";
import { recover, signRecoverable } from "tiny-secp256k1";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { RecoverableSignature } from "../ports/signer.ts";

const digestBytes = 32;

/** @throws `ERR_VAULT_DIGEST_INVALID` unless it is 32 bytes. */
export function requireDigest(digest: unknown): asserts digest is Uint8Array {
  // Not instanceof: test runners give their code a realm of its own.
  if (types.isUint8Array(digest) && digest.length === digestBytes) return;
  throw new LatchkeyError(
    "ERR_VAULT_DIGEST_INVALID",
    "A digest to sign is a Uint8Array of 32 bytes. Nothing was signed.",
  );
}

/**
 * Signs a digest and recovers the public key from the signature before it is given out, so that a fault in the computation
 * cannot leak a wrong signature (from which a key can be computed).
 * Spec: SEC 1 4.1.3 and 4.1.6 with RFC 6979 nonces; low-s per EIP-2.
 *
 * @param publicKey - uncompressed, of `key`.
 * @throws `ERR_VAULT_SIGN_FAILED` the recovered key is another one; the signature is discarded.
 */
export function signDigest(digest: Uint8Array, key: Uint8Array, publicKey: Uint8Array): RecoverableSignature {
  const { signature, recoveryId } = signRecoverable(digest, key);
  const recovered = recover(digest, signature, recoveryId, false);
  const matches = recovered !== null && Buffer.compare(recovered, publicKey) === 0;
  // Recovery ids 2 and 3 stand for an r that wrapped round the group order (below 2^-127); Ethereum cannot express them.
  if (matches && (recoveryId === 0 || recoveryId === 1)) {
    return { r: signature.slice(0, 32), s: signature.slice(32, 64), yParity: recoveryId };
  }
  throw new LatchkeyError(
    "ERR_VAULT_SIGN_FAILED",
    "A signature did not recover to the account's key and was discarded. Nothing was sent; if it happens again, take this machine out of service.",
  );
}
