import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { LeafKey } from "../derivation/leaf-keys.ts";
import { openFailed } from "../open-failed.ts";

/** What an envelope holds. */
export interface Secret {
  /** BIP-39 entropy: 16 or 32 bytes. */
  readonly entropy: Uint8Array;
  readonly leafKeys: readonly LeafKey[];
}

const version = 1;
const keyBytes = 32;
const schemePattern = /^[a-z][a-z0-9-]{0,31}$/;

/** Whether a text can name a scheme: what the secret's encoding and the store have room for. */
export function isSchemeId(text: string): boolean {
  return schemePattern.test(text);
}

/**
 * The bytes that are sealed; the caller wipes them. docs/recovery.md describes them for people without this code:
 *
 *     1 byte   version, 1
 *     1 byte   n, length of the entropy; n bytes entropy
 *     1 byte   number of leaf keys; for each:
 *       1 byte   m, length of the scheme's id; m bytes ASCII id; 32 bytes private key
 */
export function encodeSecret({ entropy, leafKeys }: Secret): Buffer {
  if (!leafKeys.every(({ scheme, key }) => isSchemeId(scheme) && key.length === keyBytes)) throw malformed();
  const size = leafKeys.reduce((sum, leaf) => sum + 1 + leaf.scheme.length + keyBytes, 3 + entropy.length);
  const bytes = Buffer.alloc(size);
  let at = bytes.writeUInt8(version, 0);
  at = bytes.writeUInt8(entropy.length, at);
  bytes.set(entropy, at);
  at = bytes.writeUInt8(leafKeys.length, at + entropy.length);
  for (const { scheme, key } of leafKeys) {
    at = bytes.writeUInt8(scheme.length, at);
    at += bytes.write(scheme, at, "ascii");
    bytes.set(key, at);
    at += keyBytes;
  }
  return bytes;
}

/**
 * Reads sealed bytes. The results are views: wiping `bytes` wipes them.
 *
 * @throws `ERR_VAULT_OPEN_FAILED` unknown version, a length that does not fit, a scheme twice, or bytes left over.
 */
export function decodeSecret(bytes: Uint8Array): Secret {
  let at = 0;
  const take = (length: number): Uint8Array => {
    const part = bytes.subarray(at, at + length);
    if (part.length !== length) throw openFailed();
    at += length;
    return part;
  };
  const takeByte = (): number => take(1)[0] ?? 0;

  if (takeByte() !== version) throw openFailed();
  const entropyLength = takeByte();
  if (entropyLength !== 16 && entropyLength !== 32) throw openFailed();
  const entropy = take(entropyLength);
  const leafKeys = new Map<string, Uint8Array>();
  for (let left = takeByte(); left > 0; left -= 1) {
    const scheme = Buffer.from(take(takeByte())).toString("latin1");
    if (!isSchemeId(scheme) || leafKeys.has(scheme)) throw openFailed();
    leafKeys.set(scheme, take(keyBytes));
  }
  if (at !== bytes.length) throw openFailed();
  return { entropy, leafKeys: [...leafKeys].map(([scheme, key]) => ({ scheme, key })) };
}

function malformed(): LatchkeyError {
  return new LatchkeyError(
    "ERR_VAULT_SECRET_INVALID",
    "Key material does not have the form that is sealed. Nothing was sealed.",
  );
}
