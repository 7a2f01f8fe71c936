import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { KMSClient } from "@aws-sdk/client-kms";
import { computeAddress, recoverAddress, SigningKey } from "ethers";
import { describe, expect, it, onTestFinished } from "vitest";
import { kmsSigner } from "../../../src/vault/aws-kms/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import type { KmsEmulator } from "../../harness/kms-emulator.ts";
import { recoveredBy, signerOfTest, signerScene } from "../../harness/kms-signer.ts";
import { emulatorOfTest, stubCredentials } from "../../harness/kms-wrapping.ts";
import { createRecorder } from "../../harness/recorder.ts";
import { runChild } from "../../harness/run-child.ts";

/** The address of the key that the emulator holds, by way of ethers. */
function addressIn(kms: KmsEmulator, keyId: string): string {
  return computeAddress(new SigningKey(kms.exportKey(keyId).material));
}

// Budget of the file: 8 s, most of it for the child.
describe("kmsSigner", () => {
  it("has the address of the key, asked for once, and signs with one call each", async () => {
    const { kms, keyId, signer } = await signerScene();
    expect(signer).toMatchObject({ keyId, address: addressIn(kms, keyId) });
    expect(kms.calls).toEqual({ total: 1, GetPublicKey: 1 });
    for (const digest of [randomBytes(32), Buffer.alloc(32), Buffer.alloc(32, 0xff)]) {
      const signature = await signer.signDigest(digest);
      expect(recoveredBy(digest, signature)).toBe(signer.address);
      // Memory that others' bytes pass through would show them, by chance.
      expect([signature.r.buffer.byteLength, signature.s.buffer.byteLength]).toEqual([32, 32]);
    }
    expect(kms.calls).toEqual({ total: 4, GetPublicKey: 1, Sign: 3 });
  });

  it("works with the runtime of everybody, and with a region and a client of the caller's, which stays open", async () => {
    stubCredentials();
    const kms = await emulatorOfTest();
    const keyId = kms.createKey({ usage: "SIGN_VERIFY" });
    const client = new KMSClient({ region: kms.region, endpoint: kms.endpoint, maxAttempts: 1 });
    onTestFinished(() => {
      client.destroy();
    });
    const digest = randomBytes(32);
    for (const options of [
      { keyId, client },
      { keyId, client },
      { keyId, region: kms.region, endpoint: kms.endpoint },
    ]) {
      const signer = await kmsSigner(options);
      expect(recoveredBy(digest, await signer.signDigest(digest))).toBe(addressIn(kms, keyId));
      await signer.close();
    }
  });

  it("shows its key's name and its address, and nothing else", async () => {
    const { keyId, signer } = await signerScene();
    const { address } = signer;
    expect(JSON.parse(JSON.stringify(signer))).toEqual({ keyId, address });
    expect(inspect(signer)).toBe(`KmsSigner { ${keyId}, ${address} }`);
    expect(inspect({ of: { the: { signer } } }, { depth: 9 })).toContain(`KmsSigner { ${keyId}, ${address} }`);
    expect(Object.isFrozen(signer)).toBe(true);
  });

  it("calls nobody for what is no digest", async () => {
    const { kms, signer } = await signerScene();
    for (const bad of [new Uint8Array(31), new Uint8Array(33), "ab".repeat(16), undefined]) {
      // What a JavaScript caller can pass, past the types.
      const error = await thrownBy(() => Reflect.apply(signer.signDigest, signer, [bad]));
      expect(error).toMatchObject({ code: "ERR_VAULT_DIGEST_INVALID" });
    }
    expect(kms.calls).toEqual({ total: 1, GetPublicKey: 1 });
  });

  it("counts every signature once, by outcome", async () => {
    const { meter, measurements } = createRecorder();
    const { kms, signer } = await signerScene({ meter });
    await signer.signDigest(randomBytes(32));
    kms.setFault({ kind: "error", status: 400, type: "AccessDeniedException" });
    await thrownBy(() => signer.signDigest(randomBytes(32)));
    await thrownBy(() => signer.signDigest(randomBytes(31)));
    expect(measurements).toEqual(
      ["ok", "ERR_KMS_DENIED", "ERR_VAULT_DIGEST_INVALID"].map((outcome) => ({
        name: "latchkey_signatures_total",
        value: 1,
        labels: { scheme: "aws-kms", outcome },
      })),
    );
  });

  it("signs for many at once, each its own digest", async () => {
    // On a busy machine too, a call is one attempt.
    const { kms, signer } = await signerScene({ timeoutMs: 60_000, deadlineMs: 60_000 });
    const digests = Array.from({ length: 200 }, () => randomBytes(32));
    const signatures = await Promise.all(digests.map((digest) => signer.signDigest(digest)));
    const whose = signatures.map((signature, at) => recoveredBy(digests[at] ?? expect.fail("no digest"), signature));
    expect(new Set(whose)).toEqual(new Set([signer.address]));
    expect(kms.calls).toEqual({ total: 201, GetPublicKey: 1, Sign: 200 });
  });

  it("is the same account in every instance and process", async () => {
    const { kms, keyId, signer } = await signerScene();
    const other = await signerOfTest({ keyId, endpoint: kms.endpoint });
    const digest = randomBytes(32);
    const child = runChild(new URL("children/sign.ts", import.meta.url), [keyId, kms.endpoint, digest.toString("hex")]);
    for (const signature of await Promise.all([signer.signDigest(digest), other.signDigest(digest)])) {
      expect(recoveredBy(digest, signature)).toBe(signer.address);
    }
    const { stdout, stderr } = await child;
    expect({ shown: stdout.split(" ")[0], stderr }).toEqual({ shown: JSON.stringify(signer), stderr: "" });
    expect(recoverAddress(digest, stdout.split(" ")[1] ?? "")).toBe(signer.address);
    expect(kms.calls).toEqual({ total: 6, GetPublicKey: 3, Sign: 3 });
  });

  it("knows a replica of its key by the replica's own name, and as the same account", async () => {
    const seoul = await emulatorOfTest();
    const tokyo = await emulatorOfTest({ region: "ap-northeast-1" });
    const keyId = seoul.createKey({ usage: "SIGN_VERIFY", multiRegion: true });
    const replica = tokyo.createKey({ usage: "SIGN_VERIFY", replicaOf: seoul.exportKey(keyId) });
    const first = await signerOfTest({ keyId, endpoint: seoul.endpoint });
    const second = await signerOfTest({ keyId: replica, endpoint: tokyo.endpoint });
    expect([second.address, second.keyId === first.keyId]).toEqual([first.address, false]);
    const digest = randomBytes(32);
    expect(recoveredBy(digest, await second.signDigest(digest))).toBe(first.address);
  });

  it("does nothing once closed, and ends what is under way", async () => {
    const { kms, signer } = await signerScene();
    kms.setFault({ kind: "delay", ms: 60_000 });
    const underway = thrownBy(() => signer.signDigest(randomBytes(32)));
    await expect.poll(() => kms.calls["Sign"]).toBe(1);
    await signer.close();
    await signer.close();
    expect(await underway).toMatchObject({ code: "ERR_CLOSED" });
    expect(await thrownBy(() => signer.signDigest(randomBytes(32)))).toMatchObject({ code: "ERR_CLOSED" });
    expect(kms.calls["Sign"]).toBe(1);
  });
});

describe("kmsSigner's options", () => {
  const keyId = "arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d-0000-4000-8000-00000000abcd";

  it.each<readonly [string, Parameters<typeof kmsSigner>[0], RegExp]>([
    ["an alias", { keyId: "alias/minter" }, /^kmsSigner needs keyId to be the key's full ARN/],
    ["a bare id", { keyId: "0a1b2c3d-0000-4000-8000-00000000abcd" }, /full ARN/],
    ["another region", { keyId, region: "us-east-1" }, /^kmsSigner was given another region.* Leave region out\.$/],
    ["no URL", { keyId, endpoint: "kms" }, /^kmsSigner needs endpoint to be an http/],
    ["no time", { keyId, timeoutMs: 0 }, /^kmsSigner needs timeoutMs/],
    ["no attempt", { keyId, maxAttempts: 0 }, /^kmsSigner needs maxAttempts/],
  ])("refuse %s", async (_, options, message) => {
    const error = await thrownBy(() => kmsSigner(options));
    expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(error instanceof Error ? error.message : "").toMatch(message);
  });

  it("refuse a client of another region, and a client with an endpoint", async () => {
    stubCredentials();
    const client = new KMSClient({ region: "us-east-1" });
    onTestFinished(() => {
      client.destroy();
    });
    for (const options of [
      { keyId, client },
      { keyId, client, endpoint: "https://kms.example" },
    ]) {
      expect(await thrownBy(() => kmsSigner(options))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    }
  });
});
