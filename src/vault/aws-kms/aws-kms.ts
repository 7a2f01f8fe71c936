import { inspect } from "node:util";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { EncryptionContext, WrappedKey, WrappingKey } from "../../ports/wrapping-key.ts";
import { wipe } from "../../units/bytes.ts";
import { isWellFormedRecord } from "../../units/well-formed.ts";
import { openFailed } from "../open-failed.ts";
import { valueOf } from "./failure-error.ts";
import { type Answer, type Candidate, firstAnswer, type Runtime, systemRuntime } from "./first-answer.ts";
import { parseKeyArn } from "./key-arn.ts";
import { KmsKey, secretBytes } from "./kms-key.ts";
import { type AwsKmsOptions, type KeySettings, parseKeys } from "./options.ts";

/**
 * Wraps branch keys with AWS KMS (Encrypt and Decrypt), with the default AWS credential chain. Nothing is loaded or called before the first use.
 *
 * Several keys, best in several regions: wrapping needs all of them, and any one of them opens. They are asked in the order given, one that failed
 * in the last 30 s last. Replicas of one multi-Region key count as keys of their own, each in its region; a replica also opens what another
 * replica wrapped, so that one configured after its region's loss opens what is there.
 *
 * Faults that may pass are retried with jitter, under a token bucket per key; see `AwsKmsOptions`. Every call names the ARN, and a reply that names
 * another is refused.
 *
 * @throws `ERR_CONFIG_INVALID`. The returned key's methods also throw `ERR_PEER_MISSING`, `ERR_CONFIG_INVALID` (a client of another region),
 * `ERR_VAULT_SECRET_INVALID`, `ERR_CLOSED`.
 */
export function awsKms(options: AwsKmsOptions | readonly AwsKmsOptions[]): WrappingKey {
  return kmsWrappingKey(options, systemRuntime);
}

/** As `awsKms`, with its time and chance handed in. */
export function kmsWrappingKey(options: AwsKmsOptions | readonly AwsKmsOptions[], runtime: Runtime): WrappingKey {
  return new KmsWrappingKey(parseKeys(options), runtime);
}

class KmsWrappingKey implements WrappingKey {
  readonly description: string;
  readonly #keys: readonly KmsKey[];
  readonly #runtime: Runtime;
  readonly #closing = new AbortController();

  constructor(keys: readonly KeySettings[], runtime: Runtime) {
    this.description = `AWS KMS ${keys.map(({ arn }) => arn).join(", ")}`;
    this.#keys = keys.map((settings) => new KmsKey(settings, runtime.clock));
    this.#runtime = runtime;
  }

  async wrap(plaintext: Uint8Array, context: EncryptionContext): Promise<readonly WrappedKey[]> {
    this.#closing.signal.throwIfAborted();
    if (plaintext.length !== secretBytes) {
      throw new LatchkeyError(
        "ERR_VAULT_SECRET_INVALID",
        `A key to wrap must have ${String(secretBytes)} bytes, not ${String(plaintext.length)}. Nothing was wrapped.`,
      );
    }
    refuseIllFormed(context);
    const calls = this.#keys.map((key) =>
      this.#ask<WrappedKey>([{ key, call: (signal) => key.encrypt(plaintext, context, signal) }], () => undefined),
    );
    // All are waited for, also when one has failed: no call outlives this one with the caller's plaintext in hand.
    await Promise.allSettled(calls);
    const answers = await Promise.all(calls);
    return answers.map((answer) => valueOf("wrap", answer));
  }

  async unwrap(wrapped: readonly WrappedKey[], context: EncryptionContext): Promise<Uint8Array> {
    this.#closing.signal.throwIfAborted();
    if (!isWellFormedRecord(context)) throw openFailed();
    const candidates = this.#keys.flatMap((key): readonly Candidate<Uint8Array>[] => {
      const made = findMadeBy(key.settings, wrapped);
      return made === undefined ? [] : [{ key, call: (signal) => key.decrypt(made.ciphertext, context, signal) }];
    });
    if (candidates.length === 0) throw openFailed();
    return valueOf("unwrap", await this.#ask(candidates, wipe));
  }

  close(): Promise<void> {
    this.#closing.abort(new LatchkeyError("ERR_CLOSED", "The AWS KMS wrapping key was closed. Nothing was done."));
    for (const key of this.#keys) key.close();
    return Promise.resolve();
  }

  toJSON(): Record<string, string> {
    return { description: this.description };
  }

  [inspect.custom](): string {
    return `KmsWrappingKey { ${this.description} }`;
  }

  async #ask<T>(candidates: readonly Candidate<T>[], drop: (value: T) => void): Promise<Answer<T>> {
    return firstAnswer(candidates, {
      runtime: this.#runtime,
      signal: this.#closing.signal,
      dropLate: (late) => {
        if (late.ok) drop(late.value);
      },
    });
  }
}

/** The entry of this very key, else one of a replica. */
function findMadeBy(key: KeySettings, wrapped: readonly WrappedKey[]): WrappedKey | undefined {
  return (
    wrapped.find(({ keyId }) => keyId === key.arn) ??
    wrapped.find(({ keyId }) => parseKeyArn(keyId)?.material === key.material)
  );
}

function refuseIllFormed(context: EncryptionContext): void {
  if (isWellFormedRecord(context)) return;
  throw new LatchkeyError("ERR_CONFIG_INVALID", "The encryption context holds ill-formed text. Nothing was wrapped.");
}
