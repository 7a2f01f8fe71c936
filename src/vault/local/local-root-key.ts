import { resolve } from "node:path";
import { inspect } from "node:util";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { EncryptionContext, WrappedKey, WrappingKey } from "../../ports/wrapping-key.ts";
import { withSecret } from "../../units/bytes.ts";
import { isWellFormedRecord } from "../../units/well-formed.ts";
import { openFailed } from "../open-failed.ts";
import { openWithRootKey, rootKeyId, sealWithRootKey, wrappedSecretBytes } from "./root-key-cipher.ts";
import { createRootKey, readRootKey, syncDirectoryOf } from "./root-key-file.ts";

export interface LocalRootKeyOptions {
  /** Allows the file where NODE_ENV is production: whoever can read it and the database has every wallet. */
  readonly allowInProduction?: boolean;
}

/**
 * Wraps branch keys under a root key in a file: 32 random bytes, raw, mode 0600, made when something is first wrapped.
 * Back it up apart from the database: without it no wallet opens. POSIX systems only, for the file's owner and mode are checked.
 *
 * The file is read for each wrap and unwrap, and the key wiped right after: both are rare (once per branch key and cache time), and so
 * the key is in memory for less than a millisecond at a time, and a file that was loosened or replaced is noticed without a restart.
 *
 * What a wrapped key looks like, so that it can be opened with any AES-GCM: see docs/recovery.md.
 *
 * @param path - where the file is or shall be; taken relative to the working directory at this call.
 * @throws `ERR_ROOT_KEY_PRODUCTION` NODE_ENV is production and it was not allowed; `ERR_CONFIG_INVALID`. The returned key's methods also throw
 * `ERR_ROOT_KEY_UNSAFE`, `ERR_ROOT_KEY_MISSING`, `ERR_VAULT_OPEN_FAILED`, `ERR_VAULT_SECRET_INVALID`, `ERR_CLOSED`.
 */
export function localRootKey(path: string, options: LocalRootKeyOptions = {}): WrappingKey {
  // A URL may hold a password, and the path is shown.
  if (typeof path !== "string" || path === "" || path.includes("\0") || path.includes("://")) {
    throw new LatchkeyError("ERR_CONFIG_INVALID", "localRootKey needs the path of a file.");
  }
  if (process.geteuid === undefined) {
    throw new LatchkeyError(
      "ERR_CONFIG_INVALID",
      "localRootKey cannot check a file's owner and mode on this system. Use awsKms.",
    );
  }
  if (process.env["NODE_ENV"] === "production" && options.allowInProduction !== true) {
    throw new LatchkeyError(
      "ERR_ROOT_KEY_PRODUCTION",
      "A local root key was refused because NODE_ENV is production. Use awsKms, or accept that whoever reads the file and the database " +
        "has every wallet: localRootKey(path, { allowInProduction: true }).",
    );
  }
  return new LocalRootKey(resolve(path));
}

class LocalRootKey implements WrappingKey {
  readonly #path: string;
  #wrappedWith: string | undefined;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  get description(): string {
    return `local root key ${this.#path}`;
  }

  async wrap(plaintext: Uint8Array, context: EncryptionContext): Promise<readonly WrappedKey[]> {
    this.#refuseIfClosed();
    if (plaintext.length !== wrappedSecretBytes) {
      throw new LatchkeyError(
        "ERR_VAULT_SECRET_INVALID",
        `A key to wrap must have ${String(wrappedSecretBytes)} bytes, not ${String(plaintext.length)}. Nothing was wrapped.`,
      );
    }
    refuseIllFormed(context);
    return withSecret(await this.#readOrCreate(), async (rootKey) => {
      const keyId = rootKeyId(rootKey);
      if (this.#wrappedWith !== keyId) {
        if (this.#wrappedWith !== undefined) throw this.#replaced();
        await syncDirectoryOf(this.#path);
        this.#wrappedWith = keyId;
      }
      return [{ keyId, ciphertext: sealWithRootKey(rootKey, plaintext, context) }];
    });
  }

  async unwrap(wrapped: readonly WrappedKey[], context: EncryptionContext): Promise<Uint8Array> {
    this.#refuseIfClosed();
    const candidates = wrapped.filter((key) => key.keyId.startsWith("local:"));
    if (candidates.length === 0 || !isWellFormedRecord(context)) throw openFailed();
    const rootKey = await readRootKey(this.#path);
    if (rootKey === undefined) throw this.#missing();
    return withSecret(rootKey, () => {
      const keyId = rootKeyId(rootKey);
      for (const candidate of candidates) {
        if (candidate.keyId !== keyId) continue;
        const secret = openWithRootKey(rootKey, candidate.ciphertext, context);
        if (secret !== undefined) return secret;
      }
      throw openFailed();
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  toJSON(): Record<string, string> {
    return { description: this.description };
  }

  [inspect.custom](): string {
    return `LocalRootKey { ${this.description} }`;
  }

  async #readOrCreate(): Promise<Uint8Array> {
    const present = await readRootKey(this.#path);
    if (present !== undefined) return present;
    // Once this process wrapped with a key, a missing file is a loss, not a first use.
    if (this.#wrappedWith !== undefined) throw this.#missing();
    await createRootKey(this.#path);
    const made = await readRootKey(this.#path);
    if (made === undefined) throw this.#missing();
    return made;
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new LatchkeyError("ERR_CLOSED", "The local root key was closed.");
  }

  #missing(): LatchkeyError {
    return new LatchkeyError(
      "ERR_ROOT_KEY_MISSING",
      `The root key file ${this.#path} is not there, and existing wallets need it. Restore it from its backup or correct the path; ` +
        "do not make a new one: it would open none of them.",
      { context: { path: this.#path } },
    );
  }

  #replaced(): LatchkeyError {
    return new LatchkeyError(
      "ERR_ROOT_KEY_UNSAFE",
      `The root key file ${this.#path} was replaced by another key while in use. Nothing was wrapped. Restore the file, or restart if that was meant.`,
      { context: { path: this.#path } },
    );
  }
}

function refuseIllFormed(context: EncryptionContext): void {
  if (isWellFormedRecord(context)) return;
  throw new LatchkeyError("ERR_CONFIG_INVALID", "The encryption context holds ill-formed text. Nothing was wrapped.");
}
