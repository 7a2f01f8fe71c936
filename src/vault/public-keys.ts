import { hash, randomBytes } from "node:crypto";
import type { KeyScheme } from "../ports/key-scheme.ts";
import { wipe } from "../units/bytes.ts";
import { publicKeyOf } from "./derivation/leaf-keys.ts";
import { openFailed } from "./open-failed.ts";

/** Finds the public key of a private one, and makes sure that it is the address's. */
export interface PublicKeys {
  /**
   * @returns uncompressed, 65 bytes.
   * @throws `ERR_VAULT_OPEN_FAILED` the key is not the address's.
   */
  of(key: Uint8Array, address: string, scheme: KeyScheme): Uint8Array;
}

interface Known {
  readonly fingerprint: string;
  readonly publicKey: Uint8Array;
}

/**
 * Remembers the public keys of accounts that sign often, fee payers above all: computing one takes as long as a signature. What is kept
 * of a private key is a SHA-256 over it and 32 random bytes of this process, which tells another private key apart and nothing else.
 *
 * @param capacity - accounts remembered; the one that came first goes first.
 */
export function createPublicKeys(capacity = 4_096): PublicKeys {
  const secret = randomBytes(32);
  const known = new Map<string, Known>();
  return {
    of: (key, address, scheme) => {
      const both = Buffer.concat([secret, key]);
      const fingerprint = hash("sha256", both, "hex");
      wipe(both);
      const found = known.get(address);
      if (found?.fingerprint === fingerprint) return found.publicKey;
      const publicKey = publicKeyOf(key);
      if (scheme.addressOf(publicKey) !== address) throw openFailed();
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size >= capacity) known.delete(oldest);
      known.set(address, { fingerprint, publicKey });
      return publicKey;
    },
  };
}
