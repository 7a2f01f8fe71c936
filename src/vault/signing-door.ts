import { types } from "node:util";
import { isPrivate, recover } from "tiny-secp256k1";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { Meter } from "../ports/meter.ts";
import type { RecoverableSignature } from "../ports/signer.ts";
import { metrics } from "../telemetry/metrics.ts";

const digestBytes = 32;
// Of the group's order: SEC 2, 2.4.1.
const halfOrder = Buffer.from("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", "hex");

/** Who signs. */
export interface Signatory {
  readonly address: string;
  /** `KeyScheme.id`, or what stands for it where keys are not derived: a label of the metric. */
  readonly scheme: string;
}

/** A signature as its maker hands it in. */
export interface MadeSignature {
  /** r and s, 32 bytes each, big-endian, one after the other. */
  readonly signature: Uint8Array;
  /** SEC 1 4.1.6; undefined where the maker does not know it. */
  readonly recoveryId: number | undefined;
  /** Whose signature it has to be: uncompressed, and found to be the address's before it was used. */
  readonly publicKey: Uint8Array;
}

/**
 * The one way to a signature, whatever holds the key. What comes back was checked here: its form, and that the expected public key
 * recovers from it, so that neither a fault in the computation nor a maker that is not what it says can give a wrong signature out
 * (from which a key can be computed).
 * Spec: SEC 1 4.1.6; low-s per EIP-2.
 *
 * @param digest - 32 bytes, already hashed. Copied at once: what was asked for is what gets signed, whatever happens to the buffer.
 * @param make - asked once, for a digest that is one.
 * @throws `ERR_VAULT_DIGEST_INVALID` nothing was asked; `ERR_VAULT_SIGN_FAILED` the signature was discarded; what `make` throws.
 */
export async function signThroughDoor(
  digest: unknown,
  signatory: Signatory,
  meter: Meter,
  make: (digest: Uint8Array) => Promise<MadeSignature>,
): Promise<RecoverableSignature> {
  let outcome = "ok";
  try {
    requireDigest(digest);
    const owned = Uint8Array.from(digest);
    const checked = checkSignature(owned, await make(owned));
    if (checked === undefined) throw signFailed("A signature did not recover to the account's key", signatory);
    return checked;
  } catch (error) {
    outcome = isLatchkeyError(error) ? error.code : "unknown";
    throw error;
  } finally {
    meter.record(metrics.signatures, 1, { scheme: signatory.scheme, outcome });
  }
}

/** @throws `ERR_VAULT_DIGEST_INVALID` unless it is 32 bytes. */
function requireDigest(digest: unknown): asserts digest is Uint8Array {
  // Not instanceof: test runners give their code a realm of its own.
  if (types.isUint8Array(digest) && digest.length === digestBytes) return;
  throw new LatchkeyError(
    "ERR_VAULT_DIGEST_INVALID",
    "A digest to sign is a Uint8Array of 32 bytes. Nothing was signed.",
  );
}

/** What the door checks of a signature; undefined for one that must not be given out. */
export function checkSignature(digest: Uint8Array, made: MadeSignature): RecoverableSignature | undefined {
  const { signature, recoveryId, publicKey } = made;
  // Copies: a Buffer's slice would be a part of memory that others share.
  const r = Uint8Array.from(signature.subarray(0, 32));
  const s = Uint8Array.from(signature.subarray(32));
  // What isPrivate says of a number is that it has 32 bytes, is not zero and is below the group's order.
  if (isPrivate(r) && isPrivate(s) && isLowS(s)) {
    // Ids 2 and 3 stand for an r that wrapped round the group order (below 2^-127); Ethereum cannot express them.
    for (const yParity of [0, 1] as const) {
      if (recoveryId !== undefined && recoveryId !== yParity) continue;
      if (recoversTo(publicKey, digest, signature, yParity)) return { r, s, yParity };
    }
  }
  return undefined;
}

/** Whether s is in the lower half of the group's order (EIP-2). */
export function isLowS(s: Uint8Array): boolean {
  return Buffer.compare(s, halfOrder) <= 0;
}

/** @param what - begins the message: what is wrong with the signature. */
export function signFailed(what: string, signatory?: Signatory): LatchkeyError {
  return new LatchkeyError(
    "ERR_VAULT_SIGN_FAILED",
    `${what} and was discarded. Nothing was sent; if it happens again, take this machine out of service, and where a key of AWS KMS ` +
      "signed, check what stands between it and AWS.",
    { context: { ...signatory } },
  );
}

function recoversTo(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array, yParity: 0 | 1): boolean {
  let recovered: Uint8Array | null;
  try {
    recovered = recover(digest, signature, yParity, false);
  } catch {
    // The library throws where no point of the curve has this r.
    return false;
  }
  return recovered !== null && Buffer.compare(recovered, publicKey) === 0;
}
