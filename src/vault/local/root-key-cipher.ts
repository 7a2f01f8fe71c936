import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { EncryptionContext } from "../../ports/wrapping-key.ts";

const version = 1;
const ivBytes = 12;
const tagBytes = 16;
const aadLabel = "latchkey local root key v1\n";
const fingerprintLabel = "latchkey local root key fingerprint v1\n";

export const wrappedSecretBytes = 32;
const ciphertextBytes = 1 + ivBytes + wrappedSecretBytes + tagBytes;

/**
 * Names a root key without telling it: `local:` and the first 16 bytes, in lower-case hex, of
 * SHA-256(UTF-8 of "latchkey local root key fingerprint v1\n", then the 32 key bytes).
 */
export function rootKeyId(rootKey: Uint8Array): string {
  const digest = createHash("sha256").update(fingerprintLabel).update(rootKey).digest("hex");
  return `local:${digest.slice(0, 32)}`;
}

/**
 * Seals 32 bytes under the root key. The result is 61 bytes: the version (0x01), the iv (12 random bytes), the AES-256-GCM
 * ciphertext (32) and its tag (16). The key of the cipher is the root key file's content as it is; the additional data is
 * what `contextToAad` gives. Random ivs are safe for 2^32 seals under one key (NIST SP 800-38D 8.3); one is made per branch key.
 */
export function sealWithRootKey(rootKey: Uint8Array, secret: Uint8Array, context: EncryptionContext): Uint8Array {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", rootKey, iv, { authTagLength: tagBytes });
  cipher.setAAD(contextToAad(context));
  const sealed = cipher.update(secret);
  // Memory of its own: a small Buffer's is a part of what all of the process's small Buffers share, and inspect shows the whole of it.
  return Uint8Array.from(Buffer.concat([Uint8Array.of(version), iv, sealed, cipher.final(), cipher.getAuthTag()]));
}

/** Opens what `sealWithRootKey` made; undefined for anything else, whatever is wrong with it. The caller owns and wipes the result. */
export function openWithRootKey(
  rootKey: Uint8Array,
  ciphertext: Uint8Array,
  context: EncryptionContext,
): Uint8Array | undefined {
  if (ciphertext.length !== ciphertextBytes || ciphertext[0] !== version) return undefined;
  const iv = ciphertext.subarray(1, 1 + ivBytes);
  const body = ciphertext.subarray(1 + ivBytes, ciphertextBytes - tagBytes);
  const decipher = createDecipheriv("aes-256-gcm", rootKey, iv, { authTagLength: tagBytes });
  decipher.setAAD(contextToAad(context));
  decipher.setAuthTag(ciphertext.subarray(ciphertextBytes - tagBytes));
  const secret = decipher.update(body);
  try {
    decipher.final();
  } catch {
    secret.fill(0);
    return undefined;
  }
  return secret;
}

/**
 * The one byte form of an encryption context, authenticated with every sealed key: UTF-8 of "latchkey local root key v1\n",
 * the number of pairs, then for each pair, in the order of the keys' UTF-8 bytes: length and UTF-8 of the key, length and
 * UTF-8 of the value. All numbers are unsigned 32-bit big-endian.
 */
function contextToAad(context: EncryptionContext): Uint8Array {
  const pairs = Object.entries(context)
    .map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  const parts = pairs.flatMap(({ key, value }) => [uint32(key.length), key, uint32(value.length), value]);
  return Buffer.concat([Buffer.from(aadLabel), uint32(pairs.length), ...parts]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
