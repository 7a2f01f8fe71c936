import { randomBytes } from "node:crypto";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { awsKms } from "../../../src/vault/aws-kms/index.ts";
import { thrownBy } from "../../harness/errors.ts";
import { type KmsEmulator, startKmsEmulator } from "../../harness/kms-emulator.ts";
import { askEverything, type Step } from "./behaviour.ts";
import { reasonToSkip } from "../python.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";

// moto's own account.
const account = "123456789012";
const region = "us-west-2";

/** What the KMS API reference says: https://docs.aws.amazon.com/kms/latest/APIReference/ */
const documented: Readonly<Record<string, string>> = {
  "the ARN names region, account and key": `arn:aws:kms:${region}:${account}:key/ID`,
  "encrypt: the reply names the ARN": "ok",
  "encrypt: never the same twice": "ok",
  "decrypt: pinned": "ok",
  "decrypt: not pinned": "ok",
  "decrypt: the reply names the ARN": "ok",
  "decrypt: the order of the context does not matter": "ok",
  "data key": "32 bytes",
  "decrypt: pinned to another key": "IncorrectKeyException",
  "decrypt: another context": "InvalidCiphertextException",
  "decrypt: altered at its end": "InvalidCiphertextException",
  "decrypt: altered in its middle": "InvalidCiphertextException",
  "decrypt: altered key id": "InvalidCiphertextException",
  "decrypt: cut short": "InvalidCiphertextException",
  "decrypt: extended": "InvalidCiphertextException",
  "decrypt: empty": "ValidationException",
  "decrypt: too long": "ValidationException",
  "encrypt: nothing": "ValidationException",
  "encrypt: 4,096 bytes": "ok",
  "encrypt: 4,097 bytes": "ValidationException",
  "encrypt: no such key": "NotFoundException",
  "decrypt: pinned to no such key": "NotFoundException",
  "encrypt: a signing key": "InvalidKeyUsageException",
  "public key: its form": "secp256k1, 88 bytes",
  "public key: never another": "ok",
  "public key: the reply names the ARN": "ok",
  "public key: its spec": "ECC_SECG_P256K1",
  "public key: its use": "SIGN_VERIFY",
  "public key: its algorithms": "ECDSA_SHA_256",
  "public key: of a symmetric key": "UnsupportedOperationException",
  "public key: no such key": "NotFoundException",
  "sign: a message": "ok",
  "sign: a message, unless told": "ok",
  "sign: a digest": "ok",
  "sign: what the reply names": "its ARN, ECDSA_SHA_256",
  "sign: a digest of 31 bytes": "ValidationException",
  "sign: a digest of 33 bytes": "ValidationException",
  "sign: nothing": "ValidationException",
  "sign: an algorithm for other keys": "InvalidKeyUsageException",
  "sign: no such key": "NotFoundException",
  "sign: an encryption key": "InvalidKeyUsageException",
  "a signing key of no spec": "ValidationException",
  "disabled: public key": "DisabledException",
  "disabled: sign": "DisabledException",
  "pending deletion: public key": "KMSInvalidStateException",
  "pending deletion: sign": "KMSInvalidStateException",
  "disabled: its state": "Disabled false",
  "disabled: encrypt": "DisabledException",
  "disabled: decrypt": "DisabledException",
  "enabled again: decrypt": "ok",
  "pending deletion: its state": "PendingDeletion false",
  "pending deletion: encrypt": "KMSInvalidStateException",
  "pending deletion: decrypt": "KMSInvalidStateException",
  "pending deletion: enable": "KMSInvalidStateException",
};

/**
 * Where moto 5.2.5 is known to differ: it answers whatever a key's state and use, and refuses foreign bytes under other names. It hashes a
 * digest again, so that its signature is not the digest's, and names a public key by a bare id and without its spec: kmsSigner takes neither.
 */
const motoGaps: Readonly<Record<string, string>> = {
  "decrypt: pinned to another key": "AccessDeniedException",
  "decrypt: altered key id": "AccessDeniedException",
  "decrypt: empty": "InvalidCiphertextException",
  "decrypt: too long": "AccessDeniedException",
  "encrypt: a signing key": "96",
  "public key: the reply names the ARN": "another",
  "public key: its spec": "undefined",
  "public key: of a symmetric key": "294",
  "sign: a digest": "of something else",
  "sign: a digest of 31 bytes": "its ARN, ECDSA_SHA_256",
  "sign: a digest of 33 bytes": "its ARN, ECDSA_SHA_256",
  "sign: an algorithm for other keys": "ValidationException",
  "sign: an encryption key": "ValidationException",
  "a signing key of no spec": "ok",
  "disabled: public key": "88",
  "disabled: sign": "its ARN, ECDSA_SHA_256",
  "pending deletion: public key": "88",
  "pending deletion: sign": "its ARN, ECDSA_SHA_256",
  "disabled: encrypt": "96",
  "disabled: decrypt": "ok",
  "pending deletion: encrypt": "96",
  "pending deletion: decrypt": "ok",
  "pending deletion: enable": "ok",
};

function clientOf(endpoint: string): KMSClient {
  return new KMSClient({ region, endpoint, maxAttempts: 1 });
}

async function outcomes(endpoint: string): Promise<Record<string, string>> {
  const client = clientOf(endpoint);
  const steps: readonly Step[] = await askEverything(client);
  client.destroy();
  return Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]));
}

const missing = reasonToSkip("the tests against moto", "moto.server", "moto.kms.models");

beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("AWS_SESSION_TOKEN", "");
});

describe("the emulator of these tests", () => {
  it("does what the API reference says", async () => {
    const emulator: KmsEmulator = await startKmsEmulator({ region, account });
    try {
      expect(await outcomes(emulator.endpoint)).toEqual(documented);
    } finally {
      await emulator.close();
    }
  });
});

describe.skipIf(missing !== undefined)("moto", () => {
  let moto: MotoServer | undefined;
  const endpoint = (): string => moto?.endpoint ?? expect.fail("moto does not run");

  beforeAll(async () => {
    moto = await startMoto();
  });

  afterAll(async () => {
    await moto?.close();
  });

  it("agrees with the emulator, but for its known gaps", async () => {
    expect(await outcomes(endpoint())).toEqual({ ...documented, ...motoGaps });
  });

  it("wraps and opens branch keys for awsKms, and refuses altered ones and other contexts", async () => {
    const client = clientOf(endpoint());
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    const keyId = KeyMetadata?.Arn ?? expect.fail("no key was made");
    client.destroy();
    const key = awsKms({ keyId, endpoint: endpoint() });
    const secret = randomBytes(32);
    const context = { purpose: "branch-key", tenant: "default" };
    const wrapped = await key.wrap(secret, context);
    expect(wrapped.map((one) => one.keyId)).toEqual([keyId]);
    await expect(key.unwrap(wrapped, context)).resolves.toEqual(Uint8Array.from(secret));
    const altered = wrapped.map(({ ciphertext }) => ({
      keyId,
      ciphertext: ciphertext.map((byte, at) => (at === ciphertext.length - 1 ? byte ^ 1 : byte)),
    }));
    for (const attempt of [
      () => key.unwrap(altered, context),
      () => key.unwrap(wrapped, { ...context, tenant: "x" }),
    ]) {
      expect(await thrownBy(attempt)).toMatchObject({ code: "ERR_VAULT_OPEN_FAILED" });
    }
    await key.close();
    expect(await thrownBy(() => key.wrap(secret, context))).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("is refused for a key that it does not have", async () => {
    const keyId = `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-000000000000`;
    const key = awsKms({ keyId, endpoint: endpoint() });
    expect(await thrownBy(() => key.wrap(randomBytes(32), {}))).toMatchObject({ code: "ERR_KMS_KEY_UNUSABLE" });
    await key.close();
  });
});
