import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { BranchKeyRef } from "../../../src/ports/branch-key-store.ts";
import { toUserKey, toWalletId } from "../../../src/units/brands.ts";
import { type EnvelopeOwner, envelopeContext } from "../../../src/vault/envelope/encryption-context.ts";
import { keyNameOf, keyNamespace } from "../../../src/vault/envelope/format.ts";
import { open } from "../../../src/vault/envelope/open.ts";
import { seal } from "../../../src/vault/envelope/seal.ts";
import { expectOpenFails } from "../../harness/errors.ts";
import { reasonToSkip } from "../python.ts";
import { askSdk, type SdkOutcome, type SdkRequest } from "./python-sdk.ts";

const missing = reasonToSkip(
  "the tests against the AWS Encryption SDK for Python",
  "aws_encryption_sdk",
  "aws_cryptographic_material_providers.mpl",
);

const branch: BranchKeyRef = { tenant: "shöp 가게", branchId: randomUUID(), version: 3 };
const owner: EnvelopeOwner = { userKey: toUserKey("ab".repeat(32)), walletId: toWalletId(randomUUID()) };
const key = randomBytes(32);
const plaintext = randomBytes(120);
const context = envelopeContext(owner, branch);
const sealed = await seal(plaintext, owner, branch, key);

const named = { key: base64(key), namespace: keyNamespace, name: keyNameOf(branch) };
const readers = ["keyring", "master-key"] as const;
const suite = 0x0478;

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function decrypting(by: SdkRequest["by"], message: Uint8Array, changes: Partial<SdkRequest> = {}): SdkRequest {
  return { do: "decrypt", by, ...named, message: base64(message), ...changes };
}

function encrypting(by: SdkRequest["by"], changes: Partial<SdkRequest> = {}): SdkRequest {
  return { do: "encrypt", by, ...named, plaintext: base64(plaintext), context, ...changes };
}

function messageOf(outcome: SdkOutcome | undefined): Buffer {
  const message = outcome?.["message"];
  if (typeof message !== "string") return expect.fail(`the SDK encrypted nothing: ${JSON.stringify(outcome)}`);
  return Buffer.from(message, "base64");
}

/** What the SDK throws at a message that it cannot read, or whose key or tag is not right. A fault in sdk.py has other names. */
const refusal =
  /^(?:AWSEncryptionSDKClientError|AwsCryptographicMaterialProvidersException|DecryptKeyError|InvalidTag|MasterKeyProviderError|NotSupportedError|SerializationError|UnicodeDecodeError|UnknownIdentityError): /;

/** Expects that each was refused, and for the right reason. */
function expectRefused(outcomes: readonly SdkOutcome[], reason = refusal): void {
  const others = outcomes.flatMap((outcome, at) => {
    const { refused } = outcome;
    return typeof refused === "string" && reason.test(refused) ? [] : [{ at, outcome }];
  });
  expect(others).toEqual([]);
}

describe.skipIf(missing !== undefined)("the AWS Encryption SDK for Python", () => {
  it("opens an envelope made here, given the branch key, and shows its context", () => {
    const opened = { plaintext: base64(plaintext), context, suite, frames: "framed" };
    const outcomes = askSdk([
      ...readers.map((by) => decrypting(by, sealed)),
      decrypting("keyring", sealed, { context }),
      decrypting("keyring", sealed, { context: { wallet: owner.walletId } }),
    ]);
    expect(outcomes).toEqual([opened, opened, opened, opened]);
  });

  it("refuses an envelope made here under another context than the one that it is told to require", () => {
    const wrong: readonly Record<string, string>[] = [
      ...Object.keys(context).map((name) => ({ ...context, [name]: "other" })),
      { wallet: randomUUID() },
    ];
    const outcomes = askSdk(wrong.map((other) => decrypting("keyring", sealed, { context: other })));
    expectRefused(outcomes, /^AWSEncryptionSDKClientError: .*encryption context/i);
    // It takes an entry that the message lacks for one that was left out of it, so that nothing decrypts under both.
    expectRefused(askSdk([decrypting("keyring", sealed, { context: { ...context, zone: "b" } })]));
  });

  it("refuses an envelope made here under another branch key, or its name or namespace", () => {
    const wrong: readonly Partial<SdkRequest>[] = [
      { key: base64(randomBytes(32)) },
      { name: keyNameOf({ ...branch, version: 2 }) },
      { name: named.name.slice(0, -1) },
      { namespace: "aws-kms" },
    ];
    expectRefused(askSdk(readers.flatMap((by) => wrong.map((changes) => decrypting(by, sealed, changes)))));
  });

  it("refuses a bit flipped in any byte of an envelope made here, and one cut short", () => {
    const altered = [...sealed.keys()].map((at) => {
      const copy = Buffer.from(sealed);
      copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at);
      return copy;
    });
    const short = [0, 1, 100, sealed.length - 17, sealed.length - 1].map((length) => sealed.subarray(0, length));
    expectRefused(askSdk([...altered, ...short].map((message) => decrypting("master-key", message))));
  });

  it("makes envelopes that open here", () => {
    for (const message of askSdk(readers.map((by) => encrypting(by))).map(messageOf)) {
      expect(open(message, owner, branch, key).equals(plaintext)).toBe(true);
    }
  });

  it("makes nothing that opens here with another context, key name, namespace or branch key, or altered", () => {
    const { wallet: _wallet, ...less } = context;
    const wrong: readonly Partial<SdkRequest>[] = [
      { context: { ...context, user: "cd".repeat(32) } },
      { context: { ...context, zone: "b" } },
      { context: less },
      { name: keyNameOf({ ...branch, version: 2 }) },
      { namespace: "another" },
      { key: base64(randomBytes(32)) },
    ];
    const messages = askSdk(
      readers.flatMap((by) => [encrypting(by), ...wrong.map((changes) => encrypting(by, changes))]),
    );
    for (const [at, message] of messages.map(messageOf).entries()) {
      if (at % (wrong.length + 1) !== 0) {
        expectOpenFails(() => open(message, owner, branch, key), `message ${String(at)}`);
        continue;
      }
      for (const byte of message.keys()) {
        const altered = Buffer.from(message);
        altered.writeUInt8(altered.readUInt8(byte) ^ (1 << (byte % 8)), byte);
        expectOpenFails(() => open(altered, owner, branch, key), `byte ${String(byte)}`);
      }
    }
  });
});
