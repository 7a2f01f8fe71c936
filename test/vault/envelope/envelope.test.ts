import { randomBytes, randomUUID } from "node:crypto";
import {
  buildDecrypt,
  buildEncrypt,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from "@aws-crypto/client-node";
import { AlgorithmSuiteIdentifier } from "@aws-crypto/material-management-node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BranchKeyRef } from "../../../src/ports/branch-key-store.ts";
import { toUserKey, toWalletId } from "../../../src/units/brands.ts";
import { expectOpenFails } from "../../harness/errors.ts";
import { envelopeContext, serializeContext } from "../../../src/vault/envelope/encryption-context.ts";
import { keyNameOf, keyNamespace } from "../../../src/vault/envelope/format.ts";
import { open } from "../../../src/vault/envelope/open.ts";
import { seal } from "../../../src/vault/envelope/seal.ts";

const branch: BranchKeyRef = { tenant: "shop", branchId: randomUUID(), version: 1 };
const owner = { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId(randomUUID()) };
const key = randomBytes(32);
const plaintext = randomBytes(120);
const envelope = await seal(plaintext, owner, branch, key);

/** The SDK's own keyring; it copies the key, which is why the vault does not use it. */
function sdkKeyring(): RawAesKeyringNode {
  return new RawAesKeyringNode({
    keyName: keyNameOf(branch),
    keyNamespace,
    // The SDK wants a buffer with an ArrayBuffer of its own.
    unencryptedMasterKey: Uint8Array.from(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}

describe("envelope", () => {
  it("opens what was sealed, for any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 600 }), async (bytes) => {
        const sealed = await seal(bytes, owner, branch, key);
        expect(Buffer.compare(open(sealed, owner, branch, key), bytes)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("leaves the plaintext and the branch key as they were", async () => {
    const before = [plaintext.toString("hex"), key.toString("hex")];
    await seal(plaintext, owner, branch, key);
    open(envelope, owner, branch, key);
    expect([plaintext.toString("hex"), key.toString("hex")]).toEqual(before);
  });

  it("refuses every single flipped bit, with one error", () => {
    for (let bit = 0; bit < envelope.length * 8; bit += 1) {
      const altered = Buffer.from(envelope);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expectOpenFails(() => open(altered, owner, branch, key), `bit ${String(bit)}`);
    }
  });

  it("refuses an envelope cut short anywhere, and one with bytes before, inside or after", () => {
    for (let length = 0; length < envelope.length; length += 1) {
      expectOpenFails(() => open(envelope.subarray(0, length), owner, branch, key));
    }
    for (let at = 0; at <= envelope.length; at += 1) {
      const longer = Buffer.concat([envelope.subarray(0, at), Buffer.from([0]), envelope.subarray(at)]);
      expectOpenFails(() => open(longer, owner, branch, key), `byte added at ${String(at)}`);
    }
    expectOpenFails(() => open(Buffer.concat([envelope, envelope]), owner, branch, key));
    expectOpenFails(() => open(Buffer.concat([envelope, Buffer.alloc(10_000_000)]), owner, branch, key));
  });

  it("refuses another user, wallet, tenant, branch, version or branch key", () => {
    const wrong = [
      () => open(envelope, { ...owner, userKey: toUserKey("cd".repeat(32)) }, branch, key),
      () => open(envelope, { ...owner, walletId: toWalletId(randomUUID()) }, branch, key),
      () => open(envelope, owner, { ...branch, tenant: "Shop" }, key),
      () => open(envelope, owner, { ...branch, branchId: randomUUID() }, key),
      () => open(envelope, owner, { ...branch, version: 2 }, key),
      () => open(envelope, owner, branch, randomBytes(32)),
      () => open(envelope, owner, branch, Buffer.alloc(32)),
    ];
    for (const attempt of wrong) expectOpenFails(attempt);
  });

  it("throws nothing else, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        expectOpenFails(() => open(bytes, owner, branch, key));
      }),
      { numRuns: 500 },
    );
  });

  it("is opened by the AWS Encryption SDK for JavaScript, which sees the same context", async () => {
    const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const { plaintext: opened, messageHeader } = await decrypt(sdkKeyring(), envelope);
    expect(Buffer.compare(opened, plaintext)).toBe(0);
    expect({ ...messageHeader.encryptionContext }).toEqual(envelopeContext(owner, branch));
    expect(messageHeader.suiteId).toBe(0x0478);
    expect(messageHeader.encryptedDataKeys).toHaveLength(1);
  });

  it("opens what the AWS Encryption SDK for JavaScript wrote, and refuses its other suites and frame sizes", async () => {
    const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const encryptionContext = { ...envelopeContext(owner, branch) };
    const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
    const theirs = await encrypt(sdkKeyring(), plaintext, { suiteId, encryptionContext });
    expect(Buffer.compare(open(theirs.result, owner, branch, key), plaintext)).toBe(0);

    const signed = await encrypt(sdkKeyring(), plaintext, {
      suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
      encryptionContext,
    });
    expectOpenFails(() => open(signed.result, owner, branch, key));
    const manyFrames = await encrypt(sdkKeyring(), plaintext, { suiteId, encryptionContext, frameLength: 32 });
    expectOpenFails(() => open(manyFrames.result, owner, branch, key));
  });

  it("refuses a context with one entry more, or one entry less", async () => {
    const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
    const context = { ...envelopeContext(owner, branch) };
    const { wallet: _wallet, ...less } = context;
    for (const encryptionContext of [{ ...context, zone: "b" }, less]) {
      const { result } = await encrypt(sdkKeyring(), plaintext, { suiteId, encryptionContext });
      expectOpenFails(() => open(result, owner, branch, key));
    }
  });

  it("writes every key name with one length, so that no name is another's prefix", () => {
    const versions = [1, 9, 10, 11, 1_000_000, 2_147_483_647];
    const names = versions.map((version) => keyNameOf({ ...branch, version }));
    expect(new Set(names.map((name) => name.length)).size).toBe(1);
    expect(new Set(names).size).toBe(versions.length);
  });

  it("authenticates a context whatever the order in which it was built", () => {
    const context = envelopeContext(owner, branch);
    const reversed = Object.fromEntries(Object.entries(context).reverse());
    expect(serializeContext(reversed).equals(serializeContext(context))).toBe(true);
  });

  it("holds no plaintext", () => {
    expect(envelope.includes(plaintext.subarray(0, 16))).toBe(false);
    expect(envelope.includes(key.subarray(0, 16))).toBe(false);
  });
});
