import { badReply, oddReply, type Outcome, wrongKey, wrongKind } from "./fault.ts";
import type { KmsKey } from "./kms-key.ts";
import { parsePublicKey } from "./public-key.ts";

const spec = "ECC_SECG_P256K1";
const usage = "SIGN_VERIFY";
const algorithm = "ECDSA_SHA_256";

/** The uncompressed public key. Rejects with what the SDK throws, and with `ERR_PEER_MISSING`. */
export async function getPublicKey(key: KmsKey, signal: AbortSignal): Promise<Outcome<Uint8Array>> {
  const { sdk, client } = await key.connect();
  signal.throwIfAborted();
  const { arn } = key.settings;
  const reply = await client.send(new sdk.GetPublicKeyCommand({ KeyId: arn }), { abortSignal: signal });
  const { KeyId, PublicKey, KeySpec, KeyUsage, SigningAlgorithms } = reply;
  if (KeyId === undefined || PublicKey === undefined || KeySpec === undefined || KeyUsage === undefined) {
    return { ok: false, fault: badReply };
  }
  if (KeyId !== arn) return { ok: false, fault: wrongKey };
  if (KeySpec !== spec || KeyUsage !== usage) return { ok: false, fault: wrongKind };
  const publicKey = parsePublicKey(PublicKey);
  if (publicKey === undefined || SigningAlgorithms?.includes(algorithm) !== true) return { ok: false, fault: oddReply };
  return { ok: true, value: publicKey };
}

/** One signature in DER, as KMS made it. Rejects as `getPublicKey`. */
export async function sign(key: KmsKey, digest: Uint8Array, signal: AbortSignal): Promise<Outcome<Uint8Array>> {
  const { sdk, client } = await key.connect();
  signal.throwIfAborted();
  const { arn } = key.settings;
  // The algorithm names a hash, but KMS hashes no digest again: any 32 bytes are signed as they are.
  const command = new sdk.SignCommand({
    KeyId: arn,
    Message: digest,
    MessageType: "DIGEST",
    SigningAlgorithm: algorithm,
  });
  const { KeyId, Signature, SigningAlgorithm } = await client.send(command, { abortSignal: signal });
  if (KeyId === undefined || Signature === undefined || SigningAlgorithm === undefined) {
    return { ok: false, fault: badReply };
  }
  if (KeyId !== arn) return { ok: false, fault: wrongKey };
  if (SigningAlgorithm !== algorithm) return { ok: false, fault: oddReply };
  return { ok: true, value: Signature };
}
