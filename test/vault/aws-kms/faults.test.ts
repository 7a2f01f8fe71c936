import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import type { WrappedKey, WrappingKey } from "../../../src/ports/wrapping-key.ts";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { thrownBy } from "../../harness/errors.ts";
import type { KmsEmulator, KmsFault } from "../../harness/kms-emulator.ts";
import { emulatorOfTest, kmsOfTest, whileStanding } from "../../harness/kms-wrapping.ts";
import { ManualClock } from "../../harness/manual-clock.ts";

const context = { purpose: "branch-key" };
const secret = randomBytes(32);
const otherArn = "arn:aws:kms:ap-northeast-2:111122223333:key/00000000-0000-0000-0000-000000000000";

interface Scene {
  readonly kms: KmsEmulator;
  readonly keyId: string;
  readonly key: WrappingKey;
  readonly wrapped: readonly WrappedKey[];
}

async function scene(): Promise<Scene> {
  const kms = await emulatorOfTest();
  const keyId = kms.createKey();
  const key = kmsOfTest({ keyId, endpoint: kms.endpoint });
  return { kms, keyId, key, wrapped: await key.wrap(secret, context) };
}

const named = (type: string, status = 400): KmsFault => ({ kind: "error", status, type });

/** Each fault, the code it must become, and how many attempts it is worth. */
const faults: readonly (readonly [string, KmsFault, string, number])[] = [
  ["throttled", named("ThrottlingException"), "ERR_KMS_THROTTLED", 3],
  ["status 429 of a proxy", { kind: "garbage", status: 429, body: "slow down" }, "ERR_KMS_THROTTLED", 3],
  ["internal error", named("KMSInternalException", 500), "ERR_KMS_UNAVAILABLE", 3],
  ["dependency timeout", named("DependencyTimeoutException", 503), "ERR_KMS_UNAVAILABLE", 3],
  ["key not reachable", named("KeyUnavailableException", 500), "ERR_KMS_UNAVAILABLE", 3],
  ["an unknown 500", named("SomethingNewException", 500), "ERR_KMS_UNAVAILABLE", 3],
  ["status 503 with a page", { kind: "garbage", status: 503, body: "<html>" }, "ERR_KMS_UNAVAILABLE", 3],
  ["status 200 with a page", { kind: "garbage", status: 200, body: "<html>" }, "ERR_KMS_UNAVAILABLE", 3],
  ["status 200 with nothing", { kind: "garbage", status: 200, body: "" }, "ERR_KMS_UNAVAILABLE", 3],
  ["a true answer that goes on", { kind: "garbage", status: 200, body: "$}" }, "ERR_KMS_UNAVAILABLE", 3],
  ["connection reset", { kind: "reset" }, "ERR_KMS_UNAVAILABLE", 3],
  ["connection cut in the answer", { kind: "drop" }, "ERR_KMS_UNAVAILABLE", 3],
  ["no key named", { kind: "patch", fields: { KeyId: undefined } }, "ERR_KMS_UNAVAILABLE", 3],
  [
    "no bytes",
    { kind: "patch", fields: { Plaintext: undefined, CiphertextBlob: undefined } },
    "ERR_KMS_UNAVAILABLE",
    3,
  ],
  ["denied", named("AccessDeniedException"), "ERR_KMS_DENIED", 1],
  ["unknown credentials", named("UnrecognizedClientException"), "ERR_KMS_DENIED", 1],
  ["expired credentials", named("ExpiredTokenException"), "ERR_KMS_DENIED", 1],
  ["bad signature", named("InvalidSignatureException"), "ERR_KMS_DENIED", 1],
  ["status 403 of a proxy", { kind: "garbage", status: 403, body: "no" }, "ERR_KMS_DENIED", 1],
  ["disabled", named("DisabledException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["pending deletion", named("KMSInvalidStateException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["no such key", named("NotFoundException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["a signing key", named("InvalidKeyUsageException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["another key", { kind: "patch", fields: { KeyId: otherArn } }, "ERR_KMS_WRONG_KEY", 1],
];

describe("a fault of KMS", { timeout: 30_000 }, () => {
  it.each(faults)("%s", async (_, fault, code, attempts) => {
    const { kms, keyId, key, wrapped } = await scene();
    kms.setFault(fault);
    const wrapError = await thrownBy(() => key.wrap(secret, context));
    const unwrapError = await thrownBy(() => key.unwrap(wrapped, context));
    const retryable = code === "ERR_KMS_THROTTLED" || code === "ERR_KMS_UNAVAILABLE";
    expect(wrapError).toMatchObject({ code, retryable, context: { operation: "wrap", keyId, attempts } });
    expect(unwrapError).toMatchObject({ code, retryable, context: { operation: "unwrap", keyId, attempts } });
    expect(kms.calls).toEqual({ total: 1 + 2 * attempts, Encrypt: 1 + attempts, Decrypt: attempts });
    kms.setFault();
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
  });

  it("passes after the retries that it takes", async () => {
    const { kms, key, wrapped } = await scene();
    kms.setFault(named("ThrottlingException"), { operation: "Decrypt", times: 2 });
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
    expect(kms.calls).toEqual({ total: 4, Encrypt: 1, Decrypt: 3 });
  });

  it("is felt through the key's true state too", async () => {
    const { kms, keyId, key, wrapped } = await scene();
    for (const state of ["Disabled", "PendingDeletion"] as const) {
      kms.setKeyState(keyId, state);
      expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE" });
      expect(await thrownBy(() => key.wrap(secret, context))).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE" });
    }
    kms.setKeyState(keyId, "Enabled");
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
    const unfit = kmsOfTest({ keyId: kms.createKey({ usage: "SIGN_VERIFY" }), endpoint: kms.endpoint });
    expect(await thrownBy(() => unfit.wrap(secret, context))).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE" });
  });

  it("is throttling when the quota is used up", async () => {
    const kms = await emulatorOfTest({ quota: { requests: 2, perMs: 600_000 } });
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint });
    const wrapped = await key.wrap(secret, context);
    await key.unwrap(wrapped, context);
    expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({
      code: "ERR_KMS_THROTTLED",
      retryable: true,
      context: { reason: "ThrottlingException", httpStatus: 400 },
    });
  });

  it("is an outage when nobody listens", async () => {
    const { kms, key, wrapped } = await scene();
    await kms.close();
    expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({
      code: "ERR_KMS_UNAVAILABLE",
      context: { reason: "ECONNREFUSED", attempts: 3 },
    });
  });

  it("is overcome when this machine's clock is wrong: the next attempt is signed with the service's time", async () => {
    const { kms, key, wrapped } = await scene();
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const fault: KmsFault = { kind: "error", status: 400, type: "InvalidSignatureException", date };
    kms.setFault(fault, { times: 1 });
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
    expect(kms.calls["Decrypt"]).toBe(2);
  });

  it("tells what AWS says about a missing permission", async () => {
    const { kms, key } = await scene();
    const message = "User: arn:aws:iam::111122223333:user/x is not authorized to perform: kms:Encrypt\n";
    kms.setFault({ kind: "error", status: 400, type: "AccessDeniedException", message });
    const error = await thrownBy(() => key.wrap(secret, context));
    expect(String(error)).toContain("not authorized to perform: kms:Encrypt?");
  });

  it("is a refusal of the answer when the opened key has another length", async () => {
    const { kms, key, wrapped } = await scene();
    kms.setFault({ kind: "patch", fields: { Plaintext: Buffer.alloc(31).toString("base64") } });
    expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({ code: "ERR_VAULT_OPEN_FAILED" });
  });
});

describe("a slow KMS", { timeout: 30_000 }, () => {
  it("is given up after the time for an attempt, tried again, and reported; the next call goes through", async () => {
    const clock = new ManualClock();
    const kms = await emulatorOfTest();
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint }, { clock });
    const wrapped = await key.wrap(secret, context);
    kms.setFault({ kind: "delay", ms: 600_000 });
    const slow = thrownBy(() => key.unwrap(wrapped, context));
    // Default limits: 2 s an attempt, 4.5 s in all, so that the third attempt has 0.5 s.
    await expect.poll(() => kms.calls["Decrypt"]).toBe(1);
    await clock.advance(2_000);
    await expect.poll(() => kms.calls["Decrypt"]).toBe(2);
    await clock.advance(2_000);
    await expect.poll(() => kms.calls["Decrypt"]).toBe(3);
    await clock.advance(500);
    expect(await slow).toMatchObject({
      code: "ERR_KMS_UNAVAILABLE",
      retryable: true,
      context: { reason: "timeout", attempts: 3 },
    });
    expect(clock.monotonicMs()).toBe(4_500);
    kms.setFault();
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
  });

  it("does not start a pause that the deadline forbids", async () => {
    const clock = new ManualClock();
    const kms = await emulatorOfTest();
    const limits = { timeoutMs: 1_000, deadlineMs: 1_050 };
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint, ...limits }, { clock, random: () => 0.99 });
    kms.setFault({ kind: "delay", ms: 600_000 });
    const slow = thrownBy(() => key.wrap(secret, context));
    await expect.poll(() => kms.calls.total).toBe(1);
    await clock.advance(1_000);
    expect(await slow).toMatchObject({ code: "ERR_KMS_UNAVAILABLE", context: { attempts: 1 } });
  });
});

describe("an outage", { timeout: 60_000 }, () => {
  it("is not amplified: retries end with the budget, which fills with time", async () => {
    const clock = new ManualClock();
    const kms = await emulatorOfTest();
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint }, { clock });
    kms.setFault(named("KMSInternalException", 500));
    const fail = async (): Promise<void> => {
      const error = await whileStanding(
        clock,
        thrownBy(() => key.wrap(secret, context)),
      );
      expect(isLatchkeyError(error, "ERR_KMS_UNAVAILABLE")).toBe(true);
    };
    for (let call = 0; call < 20; call += 1) await fail();
    expect(kms.calls.total).toBe(20 + 10);
    await fail();
    expect(kms.calls.total).toBe(31);
    await clock.advance(2_000);
    await fail();
    expect(kms.calls.total).toBe(33);
    await clock.advance(3_600_000);
    for (let call = 0; call < 20; call += 1) await fail();
    expect(kms.calls.total).toBe(33 + 20 + 10);
  });

  it("is not amplified by concurrent callers", async () => {
    const kms = await emulatorOfTest();
    const clock = new ManualClock();
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint }, { clock });
    kms.setFault(named("ThrottlingException"));
    const calls = Array.from({ length: 50 }, () => thrownBy(() => key.wrap(secret, context)));
    for (const error of await whileStanding(clock, Promise.all(calls))) {
      expect(error).toMatchObject({ code: "ERR_KMS_THROTTLED" });
    }
    expect(kms.calls.total).toBe(60);
  });

  it("spreads retries: full jitter up to 100 ms, 200 ms, 400 ms, ..., 1 s", async () => {
    const pauses: number[] = [];
    const clock = new ManualClock();
    const sleep = vi.spyOn(clock, "sleep").mockImplementation((ms) => {
      pauses.push(ms);
      return Promise.resolve();
    });
    const kms = await emulatorOfTest();
    const random = vi.fn(() => 0.5);
    const limits = { maxAttempts: 7 };
    const key = kmsOfTest({ keyId: kms.createKey(), endpoint: kms.endpoint, ...limits }, { clock, random });
    kms.setFault(named("ThrottlingException"));
    await thrownBy(() => key.wrap(secret, context));
    expect(sleep).toHaveBeenCalledTimes(6);
    expect(pauses).toEqual([50, 100, 200, 400, 500, 500]);
  });
});
