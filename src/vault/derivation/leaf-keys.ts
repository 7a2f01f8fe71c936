import { isPrivate, pointFromScalar } from "tiny-secp256k1";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { KeyScheme } from "../../ports/key-scheme.ts";
import { wipe } from "../../units/bytes.ts";
import { deriveLeafKeys } from "./bip32.ts";
import { seedOf } from "./bip39.ts";

/** The private key of one scheme's account: what signing needs, so that signing derives nothing. */
export interface LeafKey {
  /** `KeyScheme.id`. */
  readonly scheme: string;
  /** 32 bytes, a secret. */
  readonly key: Uint8Array;
}

/** Derives the leaf key of each scheme. The caller wipes them. */
export async function leafKeysOf(entropy: Uint8Array, schemes: readonly KeyScheme[]): Promise<LeafKey[]> {
  const seed = await seedOf(entropy);
  try {
    const keys = deriveLeafKeys(
      seed,
      schemes.map((scheme) => scheme.path),
    );
    return schemes.flatMap((scheme, at) => {
      const key = keys[at];
      return key === undefined ? [] : [{ scheme: scheme.id, key }];
    });
  } finally {
    wipe(seed);
  }
}

/** The address that a leaf key has on its scheme's chains. */
export function addressOfKey(key: Uint8Array, scheme: KeyScheme): string {
  return scheme.addressOf(publicKeyOf(key));
}

/**
 * The uncompressed public key, 65 bytes.
 *
 * @throws `ERR_VAULT_SECRET_INVALID` not a private key: zero, or not below the group's order.
 */
export function publicKeyOf(key: Uint8Array): Uint8Array {
  // Asked first: the library has an error of its own for a key that is not one.
  const publicKey = isPrivate(key) ? pointFromScalar(key, false) : null;
  if (publicKey === null)
    throw new LatchkeyError("ERR_VAULT_SECRET_INVALID", "A private key is out of range. Nothing was done with it.");
  return publicKey;
}
