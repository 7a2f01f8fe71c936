import { randomBytes } from "node:crypto";
import { KMSClient } from "@aws-sdk/client-kms";
import { describe, expect, it, onTestFinished } from "vitest";
import type { WrappedKey } from "../../../src/ports/wrapping-key.ts";
import { awsKms } from "../../../src/vault/aws-kms/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { credentials, emulatorOfTest, kmsOfTest, stubCredentials } from "../../harness/kms-wrapping.ts";

const context = { purpose: "branch-key", tenant: "default", branch: "b-1", version: "1" };
const secret = randomBytes(32);

function only(wrapped: readonly WrappedKey[]): WrappedKey {
  expect(wrapped).toHaveLength(1);
  return wrapped[0] ?? expect.fail("nothing was wrapped");
}

describe("awsKms", () => {
  it("wraps and opens with one call each, through the public entry, and after a restart", async () => {
    stubCredentials();
    const kms = await emulatorOfTest();
    const keyId = kms.createKey();
    const first = awsKms({ keyId, region: kms.region, endpoint: kms.endpoint });
    const plaintext = Buffer.from(secret);
    const wrapped = await first.wrap(plaintext, context);
    expect(only(wrapped).keyId).toBe(keyId);
    expect(plaintext).toEqual(secret);
    await first.close();
    const second = awsKms([{ keyId, endpoint: kms.endpoint }]);
    await expect(second.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
    await second.close();
    expect(kms.calls).toEqual({ total: 2, Encrypt: 1, Decrypt: 1 });
  });

  it("loads and calls nothing before its first use", async () => {
    const kms = await emulatorOfTest();
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint });
    await key.close();
    expect(kms.calls.total).toBe(0);
  });

  it("gives the same error to other contexts and to what KMS refuses as altered", async () => {
    const kms = await emulatorOfTest();
    const keyId = kms.createKey();
    const key = kmsOfTest({ keyId, endpoint: kms.endpoint });
    const { ciphertext } = only(await key.wrap(secret, context));
    const foreign = only(await kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint }).wrap(secret, context));
    const altered = [0, 1, 37, 60, ciphertext.length - 1].map((at) =>
      ciphertext.map((byte, index) => (index === at ? byte ^ 1 : byte)),
    );
    const attempts: readonly (readonly [Uint8Array, Record<string, string>])[] = [
      ...altered.map((bytes) => [bytes, context] as const),
      [ciphertext.subarray(0, -1), context],
      [Buffer.concat([ciphertext, Uint8Array.of(0)]), context],
      [new Uint8Array(0), context],
      [new Uint8Array(6_145), context],
      [foreign.ciphertext, context],
      [ciphertext, { ...context, tenant: "other" }],
      [ciphertext, {}],
      [ciphertext, { ...context, tenant: "\ud800" }],
    ];
    const errors = await Promise.all(
      attempts.map(async ([bytes, other]) => thrownBy(() => key.unwrap([{ keyId, ciphertext: bytes }], other))),
    );
    expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
    expect(errors[0]).toMatchObject({ code: "ERR_VAULT_OPEN_FAILED", context: {}, retryable: false });
    // Ill-formed text, and sizes that KMS never makes, are not sent.
    expect(kms.calls["Decrypt"]).toBe(attempts.length - 3);
  });

  it("does not call for what no configured key made, or for nothing", async () => {
    const kms = await emulatorOfTest();
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint });
    for (const wrapped of [
      [],
      [{ keyId: kms.createKey(), ciphertext: secret }],
      [{ keyId: "local:0", ciphertext: secret }],
    ]) {
      expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({ code: "ERR_VAULT_OPEN_FAILED" });
    }
    expect(kms.calls.total).toBe(0);
  });

  it.each([0, 16, 31, 33])("refuses to wrap %i bytes", async (length) => {
    const kms = await emulatorOfTest();
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint });
    expect(await thrownBy(() => key.wrap(new Uint8Array(length), context))).toMatchObject({
      code: "ERR_VAULT_SECRET_INVALID",
    });
    expect(await thrownBy(() => key.wrap(secret, { tenant: "\ud800" }))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(kms.calls.total).toBe(0);
  });

  it("uses a client that it is given, and leaves it open", async () => {
    stubCredentials();
    const kms = await emulatorOfTest();
    const client = new KMSClient({ region: kms.region, endpoint: kms.endpoint, maxAttempts: 1 });
    onTestFinished(() => {
      client.destroy();
    });
    const keyId = kms.createKey();
    const first = awsKms({ keyId, client });
    const wrapped = await first.wrap(secret, context);
    await first.close();
    await expect(awsKms({ keyId, client }).unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
  });

  it("refuses a client of another region", async () => {
    stubCredentials();
    const kms = await emulatorOfTest();
    const client = new KMSClient({ region: "us-east-1", endpoint: kms.endpoint });
    const key = awsKms({ keyId: kms.createKey(), client });
    expect(await thrownBy(() => key.wrap(secret, context))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(kms.calls.total).toBe(0);
  });

  it("does nothing once closed, and ends what is under way", async () => {
    const kms = await emulatorOfTest();
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint });
    const wrapped = await key.wrap(secret, context);
    kms.setFault({ kind: "delay", ms: 60_000 });
    const underway = thrownBy(() => key.unwrap(wrapped, context));
    await expect.poll(() => kms.calls["Decrypt"]).toBe(1);
    await key.close();
    expect(await underway).toMatchObject({ code: "ERR_CLOSED" });
    expect(await thrownBy(() => key.wrap(secret, context))).toMatchObject({ code: "ERR_CLOSED" });
    expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({ code: "ERR_CLOSED" });
    expect(kms.calls.total).toBe(2);
  });

  it("says which credentials are missing, without a call", async () => {
    const kms = await emulatorOfTest();
    const client = new KMSClient({
      region: kms.region,
      endpoint: kms.endpoint,
      credentials: () =>
        Promise.reject(Object.assign(new Error(credentials.secret), { name: "CredentialsProviderError" })),
    });
    const error = await thrownBy(() => awsKms({ keyId: kms.createKey(), client }).wrap(secret, context));
    expect(error).toMatchObject({ code: "ERR_KMS_DENIED", retryable: false });
    expect(String(error)).toContain("AWS_PROFILE");
    expect(JSON.stringify(error)).not.toContain(credentials.secret);
    expect(kms.calls.total).toBe(0);
  });
});
