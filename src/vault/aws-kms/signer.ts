import { inspect } from "node:util";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Signer } from "../../ports/signer.ts";
import { silentMeter } from "../../telemetry/silent.ts";
import { ethereumAddressOf } from "../../units/ethereum-address.ts";
import { type MadeSignature, signFailed, signThroughDoor } from "../signing-door.ts";
import { parseDerSignature, withLowS } from "./der-signature.ts";
import type { Outcome } from "./fault.ts";
import { type Operation, valueOf } from "./failure-error.ts";
import { firstAnswer, type Runtime, systemRuntime } from "./first-answer.ts";
import { KmsKey } from "./kms-key.ts";
import { type KmsSignerOptions, parseKey } from "./options.ts";
import { getPublicKey, sign } from "./signing-calls.ts";

/** An account whose key is in AWS KMS. */
export interface KmsSigner extends Signer {
  /** The key's full ARN. */
  readonly keyId: string;
  /** Ends what is under way, and closes the client unless it was given. */
  close(): Promise<void>;
}

/**
 * A signer for a key that AWS KMS made and never gives out: a deployer, a minter, a fee payer. The key is of spec ECC_SECG_P256K1 for
 * SIGN_VERIFY, and named by its full ARN:
 *
 * ```sh
 * aws kms create-key --key-spec ECC_SECG_P256K1 --key-usage SIGN_VERIFY
 * ```
 *
 * The public key is asked for once, here; a signature is one call of Sign. All that a process needs of IAM is `kms:GetPublicKey` and
 * `kms:Sign` on this key:
 *
 * ```json
 * {
 *   "Effect": "Allow",
 *   "Action": ["kms:GetPublicKey", "kms:Sign"],
 *   "Resource": "arn:aws:kms:REGION:ACCOUNT:key/ID",
 *   "Condition": { "StringEqualsIfExists": { "kms:SigningAlgorithm": "ECDSA_SHA_256", "kms:MessageType": "DIGEST" } }
 * }
 * ```
 *
 * Nothing is trusted that KMS answers: each reply has to name the ARN, a signature has to be strict DER, and the pinned public key has to
 * recover from it; s is brought into the lower half (EIP-2). Signing a digest twice does no harm, so that faults that may pass are retried as
 * those of `awsKms` are. KMS counts signatures of all elliptic curves against one quota an account and region.
 *
 * @returns a signer whose `address` is the one of EVM chains and Kaia, with the checksum of EIP-55. Compare it once with the one that you
 * noted when the key was made. `signDigest` throws `ERR_VAULT_DIGEST_INVALID`, `ERR_VAULT_SIGN_FAILED` (the signature was discarded), `ERR_KMS_*`,
 * `ERR_CLOSED`.
 * @throws `ERR_CONFIG_INVALID`; `ERR_PEER_MISSING`; `ERR_KMS_KEY_UNUSABLE` disabled, missing, or of another kind; `ERR_KMS_UNAVAILABLE`,
 * `ERR_KMS_THROTTLED` retryable; `ERR_KMS_DENIED`; `ERR_KMS_WRONG_KEY`. Nothing was signed.
 */
export async function kmsSigner(options: KmsSignerOptions): Promise<KmsSigner> {
  return await openKmsSigner(options, systemRuntime);
}

/** As `kmsSigner`, with its time and chance handed in. */
export async function openKmsSigner(options: KmsSignerOptions, runtime: Runtime): Promise<KmsSigner> {
  const key = new KmsKey(parseKey(options, "kmsSigner"), runtime.clock);
  const closing = new AbortController();

  async function ask<T>(operation: Operation, call: (signal: AbortSignal) => Promise<Outcome<T>>): Promise<T> {
    const { signal } = closing;
    return valueOf(operation, await firstAnswer([{ key, call }], { runtime, signal, dropLate: () => undefined }));
  }

  const publicKey = await ask("public-key", (signal) => getPublicKey(key, signal)).catch((error: unknown) => {
    key.close();
    throw error;
  });
  const { arn } = key.settings;
  const signatory = { address: ethereumAddressOf(publicKey), scheme: "aws-kms" };
  const { meter = silentMeter } = options;

  async function make(digest: Uint8Array): Promise<MadeSignature> {
    const signature = parseDerSignature(await ask("sign", (signal) => sign(key, digest, signal)));
    if (signature === undefined) throw signFailed("A signature of AWS KMS was malformed", signatory);
    return { signature: withLowS(signature), recoveryId: undefined, publicKey };
  }

  const { address } = signatory;
  return Object.freeze({
    keyId: arn,
    address,
    signDigest: (digest: Uint8Array) => signThroughDoor(digest, signatory, meter, make),
    close: () => {
      closing.abort(new LatchkeyError("ERR_CLOSED", "The AWS KMS signer was closed. Nothing was signed."));
      key.close();
      return Promise.resolve();
    },
    toJSON: () => ({ keyId: arn, address }),
    [inspect.custom]: () => `KmsSigner { ${arn}, ${address} }`,
  });
}
