import { randomBytes } from "node:crypto";
import { KMSClient } from "@aws-sdk/client-kms";
import { kmsSigner } from "../../src/vault/aws-kms/index.ts";
import { startKmsEmulator } from "../../test/harness/kms-emulator.ts";
import { meanMs } from "../measure.ts";

const signatures = 300;

/** Signing by a key that stays in KMS: what is counted is what a real KMS would be asked; the time is the emulator's as well. */
export async function measureKmsSigner(): Promise<{ kmsCallsPerSignature: number; kmsSignMs: number }> {
  const kms = await startKmsEmulator();
  const client = new KMSClient({
    region: kms.region,
    endpoint: kms.endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  });
  try {
    const keyId = kms.createKey({ usage: "SIGN_VERIFY" });
    const signer = await kmsSigner({ keyId, client });
    const before = kms.calls.total;
    const kmsSignMs = await meanMs(signatures, () => signer.signDigest(randomBytes(32)));
    return { kmsCallsPerSignature: (kms.calls.total - before) / signatures, kmsSignMs };
  } finally {
    client.destroy();
    await kms.close();
  }
}
