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
   * @returns a signature from which the account's address was recovered before return.
   * @throws `ERR_VAULT_DIGEST_INVALID`; `ERR_VAULT_OPEN_FAILED`; `ERR_VAULT_SIGN_FAILED`; the wrapping key's errors.
   */
  signDigest(digest: Uint8Array): Promise<RecoverableSignature>;
}
