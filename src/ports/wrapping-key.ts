/** Authenticated metadata bound to a ciphertext. It is not secret: AWS shows it in CloudTrail. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** A key wrapped by one wrapping key. */
export interface WrappedKey {
  /** Which wrapping key made it: a KMS key ARN, or `local:` and a fingerprint. */
  readonly keyId: string;
  readonly ciphertext: Uint8Array;
}

/**
 * Wraps and unwraps branch keys (KEK). The implementations are AWS KMS and a local root key file.
 * Neither method is called while a database transaction is open.
 */
export interface WrappingKey {
  /** For messages and metrics; holds no secret. */
  readonly description: string;
  /**
   * Wraps 32 bytes. Several wrapping keys give several results, any one of which opens; all must succeed.
   * The plaintext stays the caller's: it is neither kept nor wiped here.
   *
   * @throws `ERR_KMS_UNAVAILABLE`, `ERR_KMS_THROTTLED` retryable; `ERR_KMS_DENIED`, `ERR_KMS_KEY_UNUSABLE`, `ERR_KMS_WRONG_KEY`.
   */
  wrap(plaintext: Uint8Array, context: EncryptionContext): Promise<readonly WrappedKey[]>;
  /**
   * Unwraps by the first of `wrapped` that a configured key made and that answers. The caller owns the returned buffer and wipes it.
   *
   * @throws as `wrap`; `ERR_VAULT_OPEN_FAILED` altered ciphertext, another context, or no configured key made any of them.
   */
  unwrap(wrapped: readonly WrappedKey[], context: EncryptionContext): Promise<Uint8Array>;
  close(): Promise<void>;
}
