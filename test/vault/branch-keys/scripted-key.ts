import type { EncryptionContext, WrappedKey, WrappingKey } from "../../../src/ports/wrapping-key.ts";
import { openWithRootKey, rootKeyId, sealWithRootKey } from "../../../src/vault/local/root-key-cipher.ts";
import { openFailed } from "../../../src/vault/open-failed.ts";

/** A wrapping key that waits or fails as a test says, and shows the buffers that went through it, as they are now. */
export class ScriptedKey implements WrappingKey {
  readonly description = "scripted";
  /** What callers handed in to be wrapped. */
  readonly wraps: Uint8Array[] = [];
  /** What callers were given. */
  readonly unwraps: Uint8Array[] = [];
  beforeWrap = (): Promise<unknown> => Promise.resolve();
  beforeUnwrap = (): Promise<unknown> => Promise.resolve();
  /** What an unwrap answers with in place of the key. */
  answer = (key: Uint8Array): Uint8Array => key;
  readonly #rootKey: Uint8Array;

  constructor(rootKey: Uint8Array) {
    this.#rootKey = rootKey;
  }

  async wrap(plaintext: Uint8Array, context: EncryptionContext): Promise<readonly WrappedKey[]> {
    this.wraps.push(plaintext);
    await this.beforeWrap();
    return [{ keyId: rootKeyId(this.#rootKey), ciphertext: sealWithRootKey(this.#rootKey, plaintext, context) }];
  }

  async unwrap([wrapped]: readonly WrappedKey[], context: EncryptionContext): Promise<Uint8Array> {
    await this.beforeUnwrap();
    const key = wrapped === undefined ? undefined : openWithRootKey(this.#rootKey, wrapped.ciphertext, context);
    if (key === undefined) throw openFailed();
    const answered = this.answer(key);
    this.unwraps.push(answered);
    return answered;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
