import type * as Kms from "@aws-sdk/client-kms";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { EncryptionContext, WrappedKey } from "../../ports/wrapping-key.ts";
import { wipe } from "../../units/bytes.ts";
import type { Clock } from "../../units/clock.ts";
import { loadPeer } from "../../units/peer.ts";
import { badReply, notOurs, type Outcome, wrongKey } from "./fault.ts";
import type { KeySettings } from "./options.ts";
import { RetryBudget } from "./retry-budget.ts";

export const secretBytes = 32;
const maxCiphertextBytes = 6_144;
const coolingMs = 30_000;

/** The SDK as it was loaded, and the client that calls go through. */
interface Connection {
  readonly sdk: typeof Kms;
  readonly client: Kms.KMSClient;
}

/**
 * One KMS key and the way to it: the calls that wrap, each made once, and what calls teach about the key's health. Those that sign are in
 * signing-calls.ts.
 */
export class KmsKey {
  readonly settings: KeySettings;
  readonly retries: RetryBudget;
  readonly #clock: Clock;
  #connection: Promise<Connection> | undefined;
  #own: Kms.KMSClient | undefined;
  #coolUntilMs = -Infinity;

  constructor(settings: KeySettings, clock: Clock) {
    this.settings = settings;
    this.retries = new RetryBudget(clock);
    this.#clock = clock;
  }

  /** Whether it failed so lately that another key should be asked first. */
  get cooling(): boolean {
    return this.#clock.monotonicMs() < this.#coolUntilMs;
  }

  note(outcome: Outcome<unknown>): void {
    this.#coolUntilMs = outcome.ok || !outcome.fault.again ? -Infinity : this.#clock.monotonicMs() + coolingMs;
  }

  /** Rejects with what the SDK throws, and with `ERR_PEER_MISSING`. */
  async encrypt(secret: Uint8Array, context: EncryptionContext, signal: AbortSignal): Promise<Outcome<WrappedKey>> {
    const { sdk, client } = await this.connect();
    // The caller of an attempt that was given up may have wiped its bytes by now.
    signal.throwIfAborted();
    const command = new sdk.EncryptCommand({
      KeyId: this.settings.arn,
      Plaintext: secret,
      EncryptionContext: { ...context },
    });
    const { KeyId, CiphertextBlob } = await client.send(command, { abortSignal: signal });
    if (KeyId === undefined || CiphertextBlob === undefined) return { ok: false, fault: badReply };
    if (KeyId !== this.settings.arn) return { ok: false, fault: wrongKey };
    if (!isCiphertext(CiphertextBlob)) return { ok: false, fault: badReply };
    // A copy: the SDK's bytes lie in memory that all of the process's small Buffers share, and inspect shows the whole of it.
    return { ok: true, value: { keyId: KeyId, ciphertext: Uint8Array.from(CiphertextBlob) } };
  }

  /** The caller owns and wipes the 32 bytes. Rejects as `encrypt`. */
  async decrypt(ciphertext: Uint8Array, context: EncryptionContext, signal: AbortSignal): Promise<Outcome<Uint8Array>> {
    if (!isCiphertext(ciphertext)) return { ok: false, fault: notOurs };
    const { sdk, client } = await this.connect();
    signal.throwIfAborted();
    const command = new sdk.DecryptCommand({
      KeyId: this.settings.arn,
      CiphertextBlob: ciphertext,
      EncryptionContext: { ...context },
    });
    const { KeyId, Plaintext } = await client.send(command, { abortSignal: signal });
    try {
      if (KeyId === undefined || Plaintext === undefined) return { ok: false, fault: badReply };
      if (KeyId !== this.settings.arn) return { ok: false, fault: wrongKey };
      if (Plaintext.length !== secretBytes) return { ok: false, fault: notOurs };
      return { ok: true, value: Uint8Array.from(Plaintext) };
    } finally {
      wipe(Plaintext);
    }
  }

  /** @throws `ERR_PEER_MISSING`; `ERR_CONFIG_INVALID` a client of another region. */
  async connect(): Promise<Connection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  /** Closes the client if it was made here. */
  close(): void {
    this.#own?.destroy();
  }

  async #open(): Promise<Connection> {
    const sdk = await loadPeer("@aws-sdk/client-kms", () => import("@aws-sdk/client-kms"));
    const { arn, region, endpoint, client } = this.settings;
    if (client !== undefined) {
      const actual = await client.config.region();
      if (actual === region) return { sdk, client };
      throw new LatchkeyError(
        "ERR_CONFIG_INVALID",
        `The KMS client given works in ${actual}, but the key is in ${region}. Make the client with region "${region}".`,
        { context: { keyId: arn } },
      );
    }
    // One attempt: retries are made here, within one budget and one deadline.
    this.#own = new sdk.KMSClient({
      region,
      maxAttempts: 1,
      ...(endpoint === undefined ? {} : { endpoint: endpoint.href }),
    });
    return { sdk, client: this.#own };
  }
}

function isCiphertext(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.length <= maxCiphertextBytes;
}
