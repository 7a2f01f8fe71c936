import { types } from "node:util";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { RecoverableSignature } from "../../ports/signer.ts";
import { checkSignature } from "../../vault/signing-door.ts";
import type { Ethers } from "../ethereum/ethers.ts";

/** Makes sure of signatures that signers gave: one that is not Latchkey's own may be wrong, or lie. */
export interface SignatureCheck {
  /**
   * @param address - whose signature it has to be, with its checksum. Accounts whose key was replaced by an account update have
   * signatures of other keys, and are refused.
   * @returns a copy.
   * @throws `ERR_VAULT_SIGN_FAILED` it is malformed, high in s, or another's.
   */
  own(ethers: Ethers, address: string, digest: Uint8Array, signature: RecoverableSignature): RecoverableSignature;
}

const mostKeys = 4_096;

/** Remembers public keys: recovering a key is several times as dear with ethers as comparing with a known one in the vault. */
export function signatureCheck(): SignatureCheck {
  const publicKeys = new Map<string, Uint8Array>();

  function publicKeyOf(
    ethers: Ethers,
    address: string,
    digest: Uint8Array,
    signature: RecoverableSignature,
  ): Uint8Array {
    const known = publicKeys.get(address);
    if (known !== undefined) return known;
    const recovered = recover(ethers, digest, signature);
    if (recovered === undefined || ethers.computeAddress(recovered) !== address) throw foreign(address);
    const [oldest] = publicKeys.keys();
    if (oldest !== undefined && publicKeys.size >= mostKeys) publicKeys.delete(oldest);
    const publicKey = ethers.getBytes(recovered);
    publicKeys.set(address, publicKey);
    return publicKey;
  }

  return {
    own: (ethers, address, digest, given) => {
      const signature = requireWellFormed(address, given);
      const publicKey = publicKeyOf(ethers, address, digest, signature);
      const { r, s, yParity: recoveryId } = signature;
      const own = checkSignature(digest, { signature: Buffer.concat([r, s]), recoveryId, publicKey });
      if (own === undefined) throw foreign(address);
      return own;
    },
  };
}

/**
 * Whatever a signer written in JavaScript may have given.
 *
 * @throws `ERR_VAULT_SIGN_FAILED`.
 */
export function requireWellFormed(address: string, given: RecoverableSignature | undefined): RecoverableSignature {
  const { r, s, yParity } = given ?? {};
  if (is32Bytes(r) && is32Bytes(s) && (yParity === 0 || yParity === 1)) return { r, s, yParity };
  throw foreign(address);
}

function is32Bytes(value: unknown): value is Uint8Array {
  return types.isUint8Array(value) && value.length === 32;
}

function recover(ethers: Ethers, digest: Uint8Array, { r, s, yParity }: RecoverableSignature): string | undefined {
  try {
    const signature = { r: ethers.hexlify(r), s: ethers.hexlify(s), yParity };
    return ethers.SigningKey.recoverPublicKey(digest, signature);
  } catch {
    // No point of the curve has this r, or s is in the upper half.
    return undefined;
  }
}

function foreign(address: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_VAULT_SIGN_FAILED",
    `What was to be the signature of ${address} is malformed, or another key's, and was discarded. Nothing was sent; correct the signer.`,
    { context: { address } },
  );
}
