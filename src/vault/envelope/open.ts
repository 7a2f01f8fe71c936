import { createDecipheriv, timingSafeEqual } from "node:crypto";
import type { BranchKeyRef } from "../../ports/branch-key-store.ts";
import { wipe } from "../../units/bytes.ts";
import { openFailed } from "../open-failed.ts";
import { type EnvelopeOwner, envelopeContext, serializeContext } from "./encryption-context.ts";
import { gcm, keyNameOf, keyNamespace } from "./format.ts";
import { hkdfSha512 } from "./hkdf.ts";

const messageVersion = 2;
const suite = Buffer.from([0x04, 0x78]);
const framed = 2;
const finalFrame = 0xffff_ffff;
const deriveLabel = Buffer.concat([suite, Buffer.from("DERIVEKEY", "ascii")]);
const commitLabel = Buffer.from("COMMITKEY", "ascii");
const finalFrameLabel = Buffer.from("AWSKMSEncryptionClient Final Frame", "ascii");
const headerIv = Buffer.alloc(gcm.ivBytes);

/**
 * Opens an envelope that `seal` or another Encryption SDK wrote for this owner under this branch key: suite 0x0478, one raw
 * AES data key, one final frame. The caller wipes the result.
 * Spec: https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/message-format.html
 *
 * @throws `ERR_VAULT_OPEN_FAILED` any difference, any left-over byte, any failed check: one error without detail.
 */
export function open(envelope: Uint8Array, owner: EnvelopeOwner, branch: BranchKeyRef, branchKey: Uint8Array): Buffer {
  const message = parse(envelope, serializeContext(envelopeContext(owner, branch)), keyNameOf(branch));
  if (message === undefined) throw openFailed();
  let dataKey: Buffer | undefined;
  let keys: readonly Buffer[] = [];
  try {
    dataKey = decrypt(branchKey, message.wrapIv, message.context, message.wrappedDataKey);
    keys = hkdfSha512(dataKey, message.id, [deriveLabel, commitLabel], gcm.keyBytes);
    const [derived, commitment] = keys;
    if (derived === undefined || commitment === undefined) throw openFailed();
    if (!timingSafeEqual(commitment, message.commitment)) throw openFailed();
    decrypt(derived, headerIv, message.header, message.headerTag);
    return decrypt(derived, message.frameIv, message.frameAad, message.frame);
  } catch {
    throw openFailed();
  } finally {
    wipe(dataKey, ...keys);
  }
}

/** AES-256-GCM; `sealed` is ciphertext and tag. Throws whatever OpenSSL throws. */
function decrypt(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
  const body = sealed.subarray(0, -gcm.tagBytes);
  const decipher = createDecipheriv(gcm.cipher, key, iv, { authTagLength: gcm.tagBytes });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-gcm.tagBytes));
  const first = decipher.update(body);
  try {
    const rest = decipher.final();
    // GCM is a stream: everything came out of update, so the plaintext has no second copy to wipe.
    return rest.length === 0 ? first : Buffer.concat([first, rest]);
  } catch (error) {
    wipe(first);
    throw error;
  }
}

interface Message {
  readonly id: Uint8Array;
  readonly context: Uint8Array;
  readonly wrapIv: Uint8Array;
  readonly wrappedDataKey: Uint8Array;
  readonly commitment: Uint8Array;
  readonly header: Uint8Array;
  readonly headerTag: Uint8Array;
  readonly frameIv: Uint8Array;
  readonly frameAad: Uint8Array;
  readonly frame: Uint8Array;
}

/** Takes the message apart; undefined unless every field is exactly what this owner's envelope has there. */
function parse(envelope: Uint8Array, context: Uint8Array, keyName: string): Message | undefined {
  const bytes = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength);
  let at = 0;
  const faults: number[] = [];
  const check = (isSound: boolean): void => {
    if (!isSound) faults.push(at);
  };
  const take = (length: number): Buffer => {
    const part = bytes.subarray(at, at + length);
    at += length;
    check(part.length === length);
    return part;
  };
  const expect = (expected: Uint8Array): void => {
    check(take(expected.length).equals(expected));
  };
  const expectNumber = (size: 1 | 2 | 4, expected: number): void => {
    const part = take(size);
    check(part.length === size && part.readUIntBE(0, size) === expected);
  };

  expectNumber(1, messageVersion);
  expect(suite);
  const id = take(32);
  expectNumber(2, context.length);
  expect(context);

  expectNumber(2, 1);
  expectNumber(2, keyNamespace.length);
  expect(Buffer.from(keyNamespace, "utf8"));
  expectNumber(2, keyName.length + 8 + gcm.ivBytes);
  expect(Buffer.from(keyName, "utf8"));
  expectNumber(4, gcm.tagBytes * 8);
  expectNumber(4, gcm.ivBytes);
  const wrapIv = take(gcm.ivBytes);
  expectNumber(2, gcm.keyBytes + gcm.tagBytes);
  const wrappedDataKey = take(gcm.keyBytes + gcm.tagBytes);

  expectNumber(1, framed);
  take(4); // The frame length: a limit that the header's tag protects and that one final frame does not need.
  const commitment = take(gcm.keyBytes);
  const header = bytes.subarray(0, at);
  const headerTag = take(gcm.tagBytes);

  expectNumber(4, finalFrame);
  expectNumber(4, 1);
  const frameIv = take(gcm.ivBytes);
  const lengthBytes = take(4);
  const length = lengthBytes.length === 4 ? lengthBytes.readUInt32BE() : 0;
  const frame = take(length + gcm.tagBytes);
  if (faults.length > 0 || at !== bytes.length) return undefined;

  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(1, 0);
  numbers.writeUInt32BE(length, 8);
  const frameAad = Buffer.concat([id, finalFrameLabel, numbers]);
  return { id, context, wrapIv, wrappedDataKey, commitment, header, headerTag, frameIv, frameAad, frame };
}
