import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  type KMSClient,
  ScheduleKeyDeletionCommand,
  SignCommand,
  type SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";

/** What a step came to: `ok`, something to compare, or the exception's name. */
export type Outcome = string;

/** One question asked of a KMS, by the name under which its outcome is compared. */
export interface Step {
  readonly name: string;
  readonly outcome: Outcome;
}

const context = { purpose: "branch-key", tenant: "default", ключ: "값" };
const secret = Uint8Array.from({ length: 32 }, (_, at) => at);

/** Asks one KMS everything that the wrapping key and the signer rely on, through the real client, in one fixed order. */
export async function askEverything(client: KMSClient): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const ask = async (name: string, question: () => Promise<Outcome>): Promise<void> => {
    steps.push({ name, outcome: await question().catch(nameOf) });
  };
  const createKey = async (usage: "ENCRYPT_DECRYPT" | "SIGN_VERIFY" = "ENCRYPT_DECRYPT"): Promise<string> => {
    const spec = usage === "SIGN_VERIFY" ? { KeyUsage: usage, KeySpec: "ECC_SECG_P256K1" as const } : {};
    const { KeyMetadata } = await client.send(new CreateKeyCommand(spec));
    return KeyMetadata?.Arn ?? "";
  };
  const encrypt = async (KeyId: string, Plaintext = secret): Promise<Uint8Array> => {
    const reply = await client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: context }));
    return reply.CiphertextBlob ?? new Uint8Array(0);
  };
  const decrypt = async (
    CiphertextBlob: Uint8Array,
    KeyId?: string,
    EncryptionContext: Record<string, string> = context,
  ): Promise<Outcome> => {
    const input = { CiphertextBlob, EncryptionContext, ...(KeyId === undefined ? {} : { KeyId }) };
    const reply = await client.send(new DecryptCommand(input));
    return sameBytes(reply.Plaintext, secret) ? "ok" : "other bytes";
  };

  const publicKey = async (KeyId: string) => await client.send(new GetPublicKeyCommand({ KeyId }));
  /** Signs 32 bytes that are the SHA-256 of a message, so that OpenSSL can say whether they were hashed again. */
  const signDigestOf = async (KeyId: string, MessageType?: "RAW" | "DIGEST"): Promise<Outcome> => {
    const message = randomBytes(40);
    const asked = MessageType === "DIGEST" ? createHash("sha256").update(message).digest() : message;
    const type = MessageType === undefined ? {} : { MessageType };
    const input = { KeyId, Message: asked, SigningAlgorithm: "ECDSA_SHA_256" as const, ...type };
    const { Signature = new Uint8Array(0) } = await client.send(new SignCommand(input));
    const { PublicKey = new Uint8Array(0) } = await publicKey(KeyId);
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
    return verify("sha256", message, key, Signature) ? "ok" : "of something else";
  };
  const sign = async (KeyId: string, bytes = 32, algorithm: SigningAlgorithmSpec = "ECDSA_SHA_256") => {
    const input = {
      KeyId,
      Message: new Uint8Array(bytes),
      MessageType: "DIGEST",
      SigningAlgorithm: algorithm,
    } as const;
    const reply = await client.send(new SignCommand(input));
    return `${reply.KeyId === KeyId ? "its" : "another"} ARN, ${String(reply.SigningAlgorithm)}`;
  };

  const arn = await createKey();
  const other = await createKey();
  const signing = await createKey("SIGN_VERIFY");
  const missing = arn.replace(/[^/]+$/, "00000000-0000-4000-8000-000000000000");
  // Keys are administered by their id: moto takes nothing else there.
  const id = arn.replace(/^.*\//, "");
  const blob = await encrypt(arn);

  await ask("the ARN names region, account and key", () => Promise.resolve(arn.replace(/[^/]+$/, "ID")));
  await ask("encrypt: the reply names the ARN", async () => {
    const { KeyId } = await client.send(
      new EncryptCommand({ KeyId: arn, Plaintext: secret, EncryptionContext: context }),
    );
    return KeyId === arn ? "ok" : "another";
  });
  await ask("encrypt: never the same twice", async () => (sameBytes(await encrypt(arn), blob) ? "same" : "ok"));
  await ask("decrypt: pinned", () => decrypt(blob, arn));
  await ask("decrypt: not pinned", () => decrypt(blob));
  await ask("decrypt: the reply names the ARN", async () => {
    const { KeyId } = await client.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext: context }));
    return KeyId === arn ? "ok" : "another";
  });
  await ask("decrypt: the order of the context does not matter", () =>
    decrypt(blob, arn, Object.fromEntries(Object.entries(context).reverse())),
  );
  await ask("data key", async () => {
    const reply = await client.send(new GenerateDataKeyCommand({ KeyId: arn, KeySpec: "AES_256" }));
    return `${String(reply.Plaintext?.length)} bytes`;
  });
  await ask("decrypt: pinned to another key", () => decrypt(blob, other));
  await ask("decrypt: another context", () => decrypt(blob, arn, { ...context, tenant: "other" }));
  await ask("decrypt: altered at its end", () => decrypt(flipped(blob, blob.length - 1), arn));
  await ask("decrypt: altered in its middle", () => decrypt(flipped(blob, blob.length >> 1), arn));
  await ask("decrypt: altered key id", () => decrypt(flipped(blob, 3)));
  await ask("decrypt: cut short", () => decrypt(blob.subarray(0, -1), arn));
  await ask("decrypt: extended", () => decrypt(Uint8Array.from([...blob, 0]), arn));
  await ask("decrypt: empty", () => decrypt(new Uint8Array(0), arn));
  await ask("decrypt: too long", () => decrypt(new Uint8Array(6_145), arn));
  await ask("encrypt: nothing", async () => String((await encrypt(arn, new Uint8Array(0))).length));
  await ask("encrypt: 4,096 bytes", async () =>
    (await encrypt(arn, new Uint8Array(4_096))).length > 4_096 ? "ok" : "short",
  );
  await ask("encrypt: 4,097 bytes", async () => String((await encrypt(arn, new Uint8Array(4_097))).length));
  await ask("encrypt: no such key", async () => String((await encrypt(missing)).length));
  await ask("decrypt: pinned to no such key", () => decrypt(blob, missing));
  await ask("encrypt: a signing key", async () => String((await encrypt(signing)).length));

  await ask("public key: its form", async () => {
    const { PublicKey = new Uint8Array(0) } = await publicKey(signing);
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
    return `${String(key.asymmetricKeyDetails?.namedCurve)}, ${String(PublicKey.length)} bytes`;
  });
  await ask("public key: never another", async () => {
    const [first, second] = [await publicKey(signing), await publicKey(signing)];
    return sameBytes(first.PublicKey, second.PublicKey ?? new Uint8Array(0)) ? "ok" : "another";
  });
  await ask("public key: the reply names the ARN", async () =>
    (await publicKey(signing)).KeyId === signing ? "ok" : "another",
  );
  await ask("public key: its spec", async () => String((await publicKey(signing)).KeySpec));
  await ask("public key: its use", async () => String((await publicKey(signing)).KeyUsage));
  await ask("public key: its algorithms", async () => String((await publicKey(signing)).SigningAlgorithms));
  await ask("public key: of a symmetric key", async () => String((await publicKey(arn)).PublicKey?.length));
  await ask("public key: no such key", async () => String((await publicKey(missing)).PublicKey?.length));
  await ask("sign: a message", () => signDigestOf(signing, "RAW"));
  await ask("sign: a message, unless told", () => signDigestOf(signing));
  await ask("sign: a digest", () => signDigestOf(signing, "DIGEST"));
  await ask("sign: what the reply names", () => sign(signing));
  await ask("sign: a digest of 31 bytes", () => sign(signing, 31));
  await ask("sign: a digest of 33 bytes", () => sign(signing, 33));
  await ask("sign: nothing", () => sign(signing, 0));
  await ask("sign: an algorithm for other keys", () => sign(signing, 48, "ECDSA_SHA_384"));
  await ask("sign: no such key", () => sign(missing));
  await ask("sign: an encryption key", () => sign(arn));
  await ask("a signing key of no spec", async () => {
    await client.send(new CreateKeyCommand({ KeyUsage: "SIGN_VERIFY" }));
    return "ok";
  });

  const signingId = signing.replace(/^.*\//, "");
  await client.send(new DisableKeyCommand({ KeyId: signingId }));
  await ask("disabled: public key", async () => String((await publicKey(signing)).PublicKey?.length));
  await ask("disabled: sign", () => sign(signing));
  await client.send(new ScheduleKeyDeletionCommand({ KeyId: signingId, PendingWindowInDays: 7 }));
  await ask("pending deletion: public key", async () => String((await publicKey(signing)).PublicKey?.length));
  await ask("pending deletion: sign", () => sign(signing));

  await client.send(new DisableKeyCommand({ KeyId: id }));
  await ask("disabled: its state", () => stateOf(client, arn));
  await ask("disabled: encrypt", async () => String((await encrypt(arn)).length));
  await ask("disabled: decrypt", () => decrypt(blob, arn));
  await client.send(new EnableKeyCommand({ KeyId: id }));
  await ask("enabled again: decrypt", () => decrypt(blob, arn));
  await client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
  await ask("pending deletion: its state", () => stateOf(client, arn));
  await ask("pending deletion: encrypt", async () => String((await encrypt(arn)).length));
  await ask("pending deletion: decrypt", () => decrypt(blob, arn));
  await ask("pending deletion: enable", async () => {
    await client.send(new EnableKeyCommand({ KeyId: id }));
    return "ok";
  });
  return steps;
}

async function stateOf(client: KMSClient, arn: string): Promise<Outcome> {
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: arn }));
  return `${String(KeyMetadata?.KeyState)} ${String(KeyMetadata?.Enabled)}`;
}

function nameOf(error: unknown): Outcome {
  return error instanceof Error ? error.name : "not an error";
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
