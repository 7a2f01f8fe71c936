import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import { notDer } from "../../harness/kms-der.ts";
import type { KmsFault } from "../../harness/kms-emulator.ts";
import type { KmsFields } from "../../harness/kms-fields.ts";
import { groupOrder, signEcdsa, spkiOf } from "../../harness/kms-signing.ts";
import { recoveredBy, signerOfTest, signerScene } from "../../harness/kms-signer.ts";
import { emulatorOfTest, whileStanding } from "../../harness/kms-wrapping.ts";
import { derContents, derSignature } from "../../harness/kms-der.ts";
import { ManualClock } from "../../harness/manual-clock.ts";

const digest = randomBytes(32);
const otherArn = "arn:aws:kms:ap-northeast-2:111122223333:key/00000000-0000-0000-0000-000000000000";
const signingKey = { usage: "SIGN_VERIFY" } as const;

const named = (type: string, status = 400): KmsFault => ({ kind: "error", status, type });
const patched = (fields: KmsFields): KmsFault => ({ kind: "patch", fields });

/** The true answer with its signature altered. */
function altered(alter: (der: Buffer) => Uint8Array): KmsFault {
  const fields = ({ Signature }: KmsFields): KmsFields => ({
    Signature: Buffer.from(alter(Buffer.from(String(Signature), "base64"))).toString("base64"),
  });
  return { kind: "patch", fields };
}

/** Each fault of any call, the code it must become, and how many attempts it is worth. */
const faults: readonly (readonly [string, KmsFault, string, number])[] = [
  ["throttled", named("ThrottlingException"), "ERR_KMS_THROTTLED", 3],
  ["internal error", named("KMSInternalException", 500), "ERR_KMS_UNAVAILABLE", 3],
  ["dependency timeout", named("DependencyTimeoutException", 503), "ERR_KMS_UNAVAILABLE", 3],
  ["key not reachable", named("KeyUnavailableException", 500), "ERR_KMS_UNAVAILABLE", 3],
  ["status 503 with a page", { kind: "garbage", status: 503, body: "<html>" }, "ERR_KMS_UNAVAILABLE", 3],
  ["status 200 with nothing", { kind: "garbage", status: 200, body: "" }, "ERR_KMS_UNAVAILABLE", 3],
  ["a true answer that goes on", { kind: "garbage", status: 200, body: "$}" }, "ERR_KMS_UNAVAILABLE", 3],
  ["connection reset", { kind: "reset" }, "ERR_KMS_UNAVAILABLE", 3],
  ["connection cut in the answer", { kind: "drop" }, "ERR_KMS_UNAVAILABLE", 3],
  ["no key named", patched({ KeyId: undefined }), "ERR_KMS_UNAVAILABLE", 3],
  ["no bytes", patched({ PublicKey: undefined, Signature: undefined }), "ERR_KMS_UNAVAILABLE", 3],
  ["denied", named("AccessDeniedException"), "ERR_KMS_DENIED", 1],
  ["expired credentials", named("ExpiredTokenException"), "ERR_KMS_DENIED", 1],
  ["disabled", named("DisabledException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["pending deletion", named("KMSInvalidStateException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["no such key", named("NotFoundException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["an encryption key", named("InvalidKeyUsageException"), "ERR_KMS_KEY_UNUSABLE", 1],
  ["what is said of ciphertexts", named("IncorrectKeyException"), "ERR_KMS_UNAVAILABLE", 1],
  ["another key's name", patched({ KeyId: otherArn }), "ERR_KMS_WRONG_KEY", 1],
];

// Budget of the file: 10 s.
describe("a fault of KMS", { timeout: 30_000 }, () => {
  it.each(faults)("%s", async (_, fault, code, attempts) => {
    const { kms, keyId, signer } = await signerScene();
    const retryable = code === "ERR_KMS_THROTTLED" || code === "ERR_KMS_UNAVAILABLE";
    kms.setFault(fault);
    for (const [operation, attempt] of [
      ["sign", () => signer.signDigest(digest)],
      ["public-key", () => signerOfTest({ keyId, endpoint: kms.endpoint })],
    ] as const) {
      const error = await thrownBy(attempt);
      expect(error).toMatchObject({ code, retryable, context: { operation, keyId, attempts } });
      expect(String(error)).toContain("Nothing was signed.");
    }
    expect(kms.calls).toEqual({ total: 1 + 2 * attempts, GetPublicKey: 1 + attempts, Sign: attempts });
    kms.setFault();
    expect(recoveredBy(digest, await signer.signDigest(digest))).toBe(signer.address);
  });

  it("passes after the retries that it takes: a digest may be signed twice", async () => {
    const { kms, signer } = await signerScene();
    kms.setFault({ kind: "drop" }, { operation: "Sign", times: 2 });
    expect(recoveredBy(digest, await signer.signDigest(digest))).toBe(signer.address);
    expect(kms.calls["Sign"]).toBe(3);
  });

  it("is the key's true state, too, and says what to do", async () => {
    const { kms, keyId, signer } = await signerScene();
    for (const state of ["Disabled", "PendingDeletion"] as const) {
      kms.setKeyState(keyId, state);
      for (const attempt of [() => signer.signDigest(digest), () => signerOfTest({ keyId, endpoint: kms.endpoint })]) {
        const error = await thrownBy(attempt);
        expect(error).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE" });
        expect(String(error)).toContain("a SIGN_VERIFY key of spec ECC_SECG_P256K1");
      }
    }
    kms.setKeyState(keyId, "Enabled");
    expect(recoveredBy(digest, await signer.signDigest(digest))).toBe(signer.address);
  });

  it.each([
    ["sign", "kms:Sign"],
    ["public-key", "kms:GetPublicKey"],
  ])("names the permission that %s lacks", async (operation, permission) => {
    const { kms, keyId, signer } = await signerScene();
    kms.setFault(named("AccessDeniedException"));
    const open = () => signerOfTest({ keyId, endpoint: kms.endpoint });
    const error = await thrownBy(() => (operation === "sign" ? signer.signDigest(digest) : open()));
    expect(String(error)).toContain(`Allow ${permission} in both`);
  });

  it("is throttling when the quota is used up", async () => {
    const kms = await emulatorOfTest({ quota: { requests: 2, perMs: 600_000 } });
    const signer = await signerOfTest({ keyId: kms.createKey(signingKey), endpoint: kms.endpoint });
    await signer.signDigest(digest);
    expect(await thrownBy(() => signer.signDigest(digest))).toMatchObject({
      code: "ERR_KMS_THROTTLED",
      context: { reason: "ThrottlingException", attempts: 3 },
    });
  });

  it("is a slowness that ends with the deadline", async () => {
    const clock = new ManualClock();
    const { kms, signer } = await signerScene({ maxAttempts: 2 }, { clock });
    kms.setFault({ kind: "delay", ms: 600_000 });
    const slow = thrownBy(() => signer.signDigest(digest));
    for (const calls of [1, 2]) {
      await expect.poll(() => kms.calls["Sign"]).toBe(calls);
      await clock.advance(2_000);
    }
    expect(await slow).toMatchObject({ code: "ERR_KMS_UNAVAILABLE", context: { reason: "timeout", attempts: 2 } });
    kms.setFault();
    expect(recoveredBy(digest, await signer.signDigest(digest))).toBe(signer.address);
  });

  it("is not amplified by concurrent callers", async () => {
    const clock = new ManualClock();
    const { kms, signer } = await signerScene({}, { clock });
    kms.setFault(named("ThrottlingException"));
    const calls = Array.from({ length: 50 }, () => thrownBy(() => signer.signDigest(digest)));
    for (const error of await whileStanding(clock, Promise.all(calls))) {
      expect(error).toMatchObject({ code: "ERR_KMS_THROTTLED" });
    }
    expect(kms.calls["Sign"]).toBe(60);
  });
});

describe("an answer that is not the truth", () => {
  it.each<readonly [string, KmsFault]>([
    ...Object.entries(notDer).map(([what, alter]) => [`a signature with ${what}`, altered(alter)] as const),
    ["a signature of another key", altered(() => signEcdsa(Buffer.alloc(32, 7), digest, "any"))],
    ["an altered r", altered((der) => withNumbers(der, (r, s) => [r - 1n, s]))],
    ["an altered s", altered((der) => withNumbers(der, (r, s) => [r, s ^ 1n]))],
    ["r and s changed about", altered((der) => withNumbers(der, (r, s) => [s, r]))],
    ["an r of zero", altered((der) => withNumbers(der, (_r, s) => [0n, s]))],
    ["an s of zero", altered((der) => withNumbers(der, (r) => [r, 0n]))],
    ["an r and the order", altered((der) => withNumbers(der, (r, s) => [r + groupOrder, s]))],
    ["an s that is the order", altered((der) => withNumbers(der, (r) => [r, groupOrder]))],
    ["the largest numbers", altered(() => derSignature(2n ** 256n - 1n, 2n ** 256n - 1n))],
  ])("is %s: it is discarded, and not asked for again", async (_, fault) => {
    const { kms, signer } = await signerScene();
    kms.setFault(fault);
    const error = await thrownBy(() => signer.signDigest(digest));
    const context = { address: signer.address, scheme: "aws-kms" };
    expect(error).toMatchObject({ code: "ERR_VAULT_SIGN_FAILED", retryable: false, context });
    expect(kms.calls["Sign"]).toBe(1);
  });

  it("is a signature of another digest", async () => {
    const { kms, keyId, signer } = await signerScene();
    const { material } = kms.exportKey(keyId);
    kms.setFault(altered(() => signEcdsa(material, randomBytes(32), "any")));
    expect(await thrownBy(() => signer.signDigest(digest))).toMatchObject({ code: "ERR_VAULT_SIGN_FAILED" });
    kms.setFault(altered(() => signEcdsa(material, digest, "any")));
    expect(recoveredBy(digest, await signer.signDigest(digest))).toBe(signer.address);
  });

  it("is another key's public key: nothing that the true one signs is given out", async () => {
    const kms = await emulatorOfTest();
    const keyId = kms.createKey(signingKey);
    const other = kms.exportKey(kms.createKey(signingKey));
    const PublicKey = spkiOf("ECC_SECG_P256K1", other.material).toString("base64");
    kms.setFault(patched({ PublicKey }), { operation: "GetPublicKey" });
    const signer = await signerOfTest({ keyId, endpoint: kms.endpoint });
    expect(await thrownBy(() => signer.signDigest(digest))).toMatchObject({ code: "ERR_VAULT_SIGN_FAILED" });
  });

  it.each([
    ["of another curve", { PublicKey: spkiOf("ECC_NIST_P256", Buffer.alloc(32, 1)).toString("base64") }],
    ["with a byte behind it", { PublicKey: withByte(spkiOf("ECC_SECG_P256K1", Buffer.alloc(32, 1))) }],
    ["that is none", { PublicKey: Buffer.from("none").toString("base64") }],
    ["without its algorithms", { SigningAlgorithms: undefined }],
    ["for other algorithms", { SigningAlgorithms: ["ECDSA_SHA_384"] }],
    ["without its spec", { KeySpec: undefined }],
    ["without its use", { KeyUsage: undefined }],
  ])("is a public key %s: it is asked for again, and then given up", async (_, fields) => {
    const kms = await emulatorOfTest();
    kms.setFault(patched(fields));
    const attempt = () => signerOfTest({ keyId: kms.createKey(signingKey), endpoint: kms.endpoint });
    expect(await thrownBy(attempt)).toMatchObject({ code: "ERR_KMS_UNAVAILABLE", context: { attempts: 3 } });
    kms.setFault(patched(fields), { times: 2 });
    await attempt();
  });

  it.each([
    ["another algorithm", { SigningAlgorithm: "ECDSA_SHA_384" }],
    ["no algorithm", { SigningAlgorithm: undefined }],
  ])("is a signature by %s", async (_, fields) => {
    const { kms, signer } = await signerScene();
    kms.setFault(patched(fields));
    expect(await thrownBy(() => signer.signDigest(digest))).toMatchObject({
      code: "ERR_KMS_UNAVAILABLE",
      context: { operation: "sign", attempts: 3 },
    });
  });
});

describe("a key of the wrong kind", () => {
  it.each([
    ["a symmetric one", {}],
    ["one of another curve", { usage: "SIGN_VERIFY", spec: "ECC_NIST_P256" }],
    ["one for another use", { usage: "ENCRYPT_DECRYPT", spec: "ECC_SECG_P256K1" }],
  ] as const)("is refused before anything is signed: %s", async (_, kind) => {
    const kms = await emulatorOfTest();
    const keyId = kms.createKey(kind);
    const error = await thrownBy(() => signerOfTest({ keyId, endpoint: kms.endpoint }));
    expect(error).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE", retryable: false, context: { keyId, attempts: 1 } });
    expect(String(error)).toMatch(/Nothing was signed\. Check that .* a SIGN_VERIFY key of spec ECC_SECG_P256K1\.$/);
    expect(kms.calls).toEqual({ total: 1, GetPublicKey: 1 });
  });

  it.each([{ KeySpec: "RSA_2048" }, { KeySpec: "ECC_NIST_P256" }, { KeyUsage: "KEY_AGREEMENT" }])(
    "is refused where the reply alone says so: %j",
    async (fields) => {
      const kms = await emulatorOfTest();
      kms.setFault(patched(fields));
      const attempt = () => signerOfTest({ keyId: kms.createKey(signingKey), endpoint: kms.endpoint });
      expect(await thrownBy(attempt)).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE", context: { attempts: 1 } });
    },
  );
});

function withNumbers(der: Buffer, change: (r: bigint, s: bigint) => readonly [bigint, bigint]): Buffer {
  const [r, s] = derContents(der).map((content) => BigInt(`0x${Buffer.from(content).toString("hex")}`));
  return derSignature(...change(r ?? 0n, s ?? 0n));
}

function withByte(bytes: Buffer): string {
  return Buffer.concat([bytes, Buffer.alloc(1)]).toString("base64");
}
