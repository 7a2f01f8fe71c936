import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { BranchKeyRef } from "../../../src/ports/branch-key-store.ts";
import { toUserKey, toWalletId } from "../../../src/units/brands.ts";
import { envelopeContext, serializeContext } from "../../../src/vault/envelope/encryption-context.ts";
import { open } from "../../../src/vault/envelope/open.ts";
import { seal } from "../../../src/vault/envelope/seal.ts";
import { expectOpenFails } from "../../harness/errors.ts";

const branch: BranchKeyRef = { tenant: "shop", branchId: randomUUID(), version: 1 };
const owner = { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId(randomUUID()) };
const branchKey = randomBytes(32);
const plaintext = randomBytes(64);

/** Bytes after the header and its tag: a final frame's marks, iv, length, text and tag. */
const frameBytes = 4 + 4 + 12 + 4 + plaintext.length + 16;

/** An envelope whose header was altered by somebody who has the branch key: every tag is right. */
function forge(envelope: Buffer, alter: (header: Buffer) => void): Buffer {
  const headerEnd = envelope.length - frameBytes - 16;
  const header = Buffer.from(envelope.subarray(0, headerEnd));
  // Before the commitment: the frame's length and kind, the wrapped data key, its length, its iv.
  const wrappedEnd = headerEnd - 32 - 5;
  const wrapped = header.subarray(wrappedEnd - 48, wrappedEnd);
  const iv = header.subarray(wrappedEnd - 48 - 2 - 12, wrappedEnd - 48 - 2);
  const decipher = createDecipheriv("aes-256-gcm", branchKey, iv).setAuthTag(wrapped.subarray(32));
  const dataKey = decipher.setAAD(serializeContext(envelopeContext(owner, branch))).update(wrapped.subarray(0, 32));
  decipher.final();
  const label = Buffer.concat([Buffer.from([0x04, 0x78]), Buffer.from("DERIVEKEY")]);
  const derived = Buffer.from(hkdfSync("sha512", dataKey, envelope.subarray(3, 35), label, 32));
  alter(header);
  const cipher = createCipheriv("aes-256-gcm", derived, Buffer.alloc(12)).setAAD(header);
  cipher.final();
  return Buffer.concat([header, cipher.getAuthTag(), envelope.subarray(headerEnd + 16)]);
}

// Budget of the file: 1 s.
it("an envelope whose commitment is of another key is refused, although every tag of it is right", async () => {
  const envelope = await seal(plaintext, owner, branch, branchKey);
  expect(forge(envelope, () => undefined)).toEqual(envelope);
  for (let at = 1; at <= 32; at += 1) {
    const forged = forge(envelope, (header) => {
      header.writeUInt8(header.readUInt8(header.length - at) ^ 1, header.length - at);
    });
    expectOpenFails(() => open(forged, owner, branch, branchKey), `byte ${String(at)} from the end`);
  }
  // The frame's length is the one field that means nothing here: such a forgery shows that the tag is made as it has to be.
  const longer = forge(envelope, (header) => {
    header.writeUInt32BE(4_096 * 2, header.length - 36);
  });
  expect(longer).not.toEqual(envelope);
  expect(open(longer, owner, branch, branchKey).equals(plaintext)).toBe(true);
});
