import type { Hex } from "../units/brands.ts";
import type { SigningRequest } from "./signing-request.ts";

/** An ECDSA signature over secp256k1 from which the public key can be recovered. */
export interface RecoverableSignature {
  /** 32 bytes, big-endian. */
  readonly r: Uint8Array;
  /** 32 bytes, big-endian, in the lower half of the group order (EIP-2). */
  readonly s: Uint8Array;
  readonly yParity: 0 | 1;
}

/** Returns signatures for one account; holds no connection, and never shows its key. */
export interface Signer {
  readonly address: string;
  /**
   * @param digest - 32 bytes, already hashed.
   * @param request - what the digest stands for, so that a policy can decide. Left out: nothing is known of it.
   * @returns a signature from which the account's address was recovered before return.
   * @throws `ERR_VAULT_DIGEST_INVALID`; `ERR_POLICY_DENIED`, `ERR_POLICY_FROZEN`; `ERR_VAULT_OPEN_FAILED`; `ERR_VAULT_SIGN_FAILED`; the
   *   wrapping key's errors.
   */
  signDigest(digest: Uint8Array, request?: SigningRequest): Promise<RecoverableSignature>;
  /**
   * Where the key's holder signs whole transactions alone, as ethers' signers do: signs the unsigned EIP-2718 bytes (or legacy RLP with
   * the chain id of EIP-155).
   *
   * @param request - as of `signDigest`.
   */
  signTransaction?(unsigned: Hex, request?: SigningRequest): Promise<RecoverableSignature>;
}
