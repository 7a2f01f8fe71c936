import { hash } from "node:crypto";
import { wipe } from "../../units/bytes.ts";

const blockBytes = 128;
const hashBytes = 64;

/**
 * HKDF-SHA512, one key for each label. Spec: RFC 5869, RFC 2104. The caller wipes the keys.
 *
 * On `hash` alone: node:crypto's own HKDF and HMAC, given bytes, throw and catch two errors within to learn that they are no KeyObject,
 * which takes longer than the hashing, and a KeyObject is a copy that cannot be wiped.
 *
 * @param salt - at most 128 bytes.
 * @param length - of each key, in bytes, at most 64.
 */
export function hkdfSha512(
  secret: Uint8Array,
  salt: Uint8Array,
  labels: readonly Uint8Array[],
  length: number,
): Buffer[] {
  const extracted = hmac(salt, secret);
  try {
    return labels.map((label) => {
      const block = hmac(extracted, Buffer.concat([label, Uint8Array.of(1)]));
      block.fill(0, length);
      return block.subarray(0, length);
    });
  } finally {
    wipe(extracted);
  }
}

/** HMAC-SHA512; `key` has at most 128 bytes. */
function hmac(key: Uint8Array, message: Uint8Array): Buffer {
  const inner = Buffer.alloc(blockBytes + message.length, 0x36);
  const outer = Buffer.alloc(blockBytes + hashBytes, 0x5c);
  key.forEach((byte, at) => {
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  });
  inner.set(message, blockBytes);
  const first = hash("sha512", inner, "buffer");
  outer.set(first, blockBytes);
  const code = hash("sha512", outer, "buffer");
  wipe(inner, first, outer);
  return code;
}
