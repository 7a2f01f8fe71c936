import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { WrappedKey, WrappingKey } from "../../../src/ports/wrapping-key.ts";
import type { AwsKmsOptions } from "../../../src/vault/aws-kms/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import type { KmsEmulator } from "../../harness/kms-emulator.ts";
import { emulatorOfTest, kmsOfTest, whileStanding } from "../../harness/kms-wrapping.ts";
import { ManualClock } from "../../harness/manual-clock.ts";

const context = { purpose: "branch-key" };
const secret = randomBytes(32);
const opened = Uint8Array.from(secret);

interface TwoRegions {
  readonly seoul: KmsEmulator;
  readonly tokyo: KmsEmulator;
  readonly keys: readonly [AwsKmsOptions, AwsKmsOptions];
  readonly key: WrappingKey;
  readonly clock: ManualClock;
  readonly wrapped: readonly WrappedKey[];
}

async function twoRegions(): Promise<TwoRegions> {
  const seoul = await emulatorOfTest({ region: "ap-northeast-2" });
  const tokyo = await emulatorOfTest({ region: "ap-northeast-1" });
  const keys = [
    { keyId: seoul.createKey(), endpoint: seoul.endpoint },
    { keyId: tokyo.createKey(), endpoint: tokyo.endpoint },
  ] as const;
  const clock = new ManualClock();
  const key = kmsOfTest(keys, { clock });
  return { seoul, tokyo, keys, key, clock, wrapped: await key.wrap(secret, context) };
}

describe("several KMS keys", { timeout: 30_000 }, () => {
  it("wraps under each, and opens by the first", async () => {
    const { seoul, tokyo, keys, key, wrapped } = await twoRegions();
    expect(wrapped.map(({ keyId }) => keyId)).toEqual(keys.map(({ keyId }) => keyId));
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(opened);
    expect([seoul.calls, tokyo.calls]).toEqual([
      { total: 2, Encrypt: 1, Decrypt: 1 },
      { total: 1, Encrypt: 1 },
    ]);
  });

  it("opens by any one of them alone", async () => {
    const { keys, wrapped } = await twoRegions();
    for (const one of keys) await expect(kmsOfTest(one).unwrap(wrapped, context)).resolves.toEqual(opened);
  });

  it("opens by the second at once when the first is down, and asks the first last for 30 s", async () => {
    const { seoul, tokyo, key, clock, wrapped } = await twoRegions();
    seoul.setFault({ kind: "reset" });
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(opened);
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(opened);
    expect([seoul.calls["Decrypt"], tokyo.calls["Decrypt"]]).toEqual([1, 2]);
    seoul.setFault();
    await clock.advance(30_000);
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(opened);
    expect([seoul.calls["Decrypt"], tokyo.calls["Decrypt"]]).toEqual([2, 2]);
  });

  it.each([
    "ThrottlingException",
    "KMSInternalException",
    "AccessDeniedException",
    "DisabledException",
    "NotFoundException",
  ])("moves on from %s", async (type) => {
    const { seoul, tokyo, key, wrapped } = await twoRegions();
    seoul.setFault({ kind: "error", status: 400, type });
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(opened);
    expect([seoul.calls["Decrypt"], tokyo.calls["Decrypt"]]).toEqual([1, 1]);
  });

  it("moves on from a slow one", async () => {
    const { seoul, key, clock, wrapped } = await twoRegions();
    seoul.setFault({ kind: "delay", ms: 600_000 });
    const result = key.unwrap(wrapped, context);
    await expect.poll(() => seoul.calls["Decrypt"]).toBe(1);
    await clock.advance(2_000);
    await expect(result).resolves.toEqual(opened);
  });

  it("does not move on from an altered ciphertext or a wrong key", async () => {
    const { seoul, tokyo, key, wrapped } = await twoRegions();
    const altered = wrapped.map((one, at) => (at === 0 ? { ...one, ciphertext: one.ciphertext.toReversed() } : one));
    expect(await thrownBy(() => key.unwrap(altered, context))).toMatchObject({ code: "ERR_VAULT_OPEN_FAILED" });
    seoul.setFault({ kind: "patch", fields: { KeyId: wrapped[1]?.keyId } });
    expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({ code: "ERR_KMS_WRONG_KEY" });
    expect(tokyo.calls).toEqual({ total: 1, Encrypt: 1 });
  });

  it("wraps under all or not at all", async () => {
    const { seoul, tokyo, keys, key } = await twoRegions();
    tokyo.setFault({ kind: "error", status: 400, type: "AccessDeniedException" });
    expect(await thrownBy(() => key.wrap(secret, context))).toMatchObject({
      code: "ERR_KMS_DENIED",
      context: { keyId: keys[1].keyId },
    });
    tokyo.setFault();
    seoul.setFault({ kind: "error", status: 400, type: "DisabledException" });
    expect(await thrownBy(() => key.wrap(secret, context))).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE" });
  });

  it("fails with what may pass, and names the other", async () => {
    const { seoul, tokyo, keys, clock, key, wrapped } = await twoRegions();
    seoul.setFault({ kind: "error", status: 400, type: "DisabledException" });
    tokyo.setFault({ kind: "error", status: 400, type: "ThrottlingException" });
    const error = await whileStanding(
      clock,
      thrownBy(() => key.unwrap(wrapped, context)),
    );
    expect(error).toMatchObject({ code: "ERR_KMS_THROTTLED", context: { keyId: keys[1].keyId, attempts: 4 } });
    expect(String(error)).toContain(`${keys[0].keyId}: DisabledException`);
    // A key that cannot be used is not asked again.
    expect(seoul.calls["Decrypt"]).toBe(1);

    tokyo.setFault({ kind: "error", status: 400, type: "AccessDeniedException" });
    expect(await thrownBy(() => key.unwrap(wrapped, context))).toMatchObject({ code: "ERR_KMS_DENIED" });
  });

  it("opens by a replica of a multi-Region key that was configured after its region was lost", async () => {
    const seoul = await emulatorOfTest({ region: "ap-northeast-2" });
    const tokyo = await emulatorOfTest({ region: "ap-northeast-1" });
    const keyId = seoul.createKey({ multiRegion: true });
    const wrapped = await kmsOfTest({ keyId, endpoint: seoul.endpoint }).wrap(secret, context);
    await seoul.close();
    const replica = tokyo.createKey({ replicaOf: seoul.exportKey(keyId) });
    const key = kmsOfTest({ keyId: replica, endpoint: tokyo.endpoint });
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(opened);
    expect(replica).not.toBe(keyId);
  });
});
