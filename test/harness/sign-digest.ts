import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { RecoverableSignature } from "../../src/ports/signer.ts";
import { makeSignature } from "../../src/vault/sign.ts";
import { checkSignature } from "../../src/vault/signing-door.ts";

/**
 * Signs as a wallet's account does, with a key in hand instead of an envelope.
 *
 * @throws `ERR_VAULT_SIGN_FAILED` `publicKey` is not the key's.
 */
export function signDigest(digest: Uint8Array, key: Uint8Array, publicKey: Uint8Array): RecoverableSignature {
  const checked = checkSignature(digest, makeSignature(digest, key, publicKey));
  if (checked !== undefined) return checked;
  throw new LatchkeyError("ERR_VAULT_SIGN_FAILED", "The signature is not the key's. Nothing was signed.");
}
