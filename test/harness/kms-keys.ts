import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";

/** An exception as KMS names it. Those of the caller's making have status 400. */
export class KmsException extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export type KmsFields = Readonly<Record<string, unknown>>;

type KeyState = "Enabled" | "Disabled" | "PendingDeletion";

export interface KmsKeyMaterial {
  /** The last part of the ARN: a UUID, or `mrk-` and 32 hex digits. */
  readonly keyId: string;
  readonly material: Uint8Array;
}

export interface NewKey {
  readonly usage?: "ENCRYPT_DECRYPT" | "SIGN_VERIFY";
  /** Another key's, to make this one its replica. */
  readonly replicaOf?: KmsKeyMaterial;
  readonly multiRegion?: boolean;
}

interface Key extends KmsKeyMaterial {
  readonly arn: string;
  readonly usage: string;
  state: KeyState;
}

const ivBytes = 12;
const tagBytes = 16;
const maxPlaintext = 4_096;
const maxCiphertext = 6_144;

/** The keys of one account in one region, with the checks of the KMS API reference (https://docs.aws.amazon.com/kms/latest/APIReference/). */
export class KmsKeys {
  readonly #prefix: string;
  readonly #account: string;
  readonly #keys = new Map<string, Key>();

  constructor(region: string, account: string) {
    this.#account = account;
    this.#prefix = `arn:aws:kms:${region}:${account}:key/`;
  }

  create({ usage = "ENCRYPT_DECRYPT", replicaOf, multiRegion = false }: NewKey = {}): string {
    const uuid = randomUUID();
    const keyId = replicaOf?.keyId ?? (multiRegion ? `mrk-${uuid.replaceAll("-", "")}` : uuid);
    const arn = this.#prefix + keyId;
    this.#keys.set(keyId, { keyId, arn, usage, material: replicaOf?.material ?? randomBytes(32), state: "Enabled" });
    return arn;
  }

  export(arn: string): KmsKeyMaterial {
    return this.#find(arn);
  }

  setState(arn: string, state: KeyState): void {
    this.#find(arn).state = state;
  }

  /** Performs one operation of the API. */
  perform(operation: string, input: KmsFields): KmsFields {
    switch (operation) {
      case "CreateKey":
        return { KeyMetadata: this.#metadata(this.#find(this.#createAsked(input))) };
      case "DescribeKey":
        return { KeyMetadata: this.#metadata(this.#find(input["KeyId"])) };
      case "EnableKey":
      case "DisableKey":
        return this.#switch(this.#find(input["KeyId"]), operation === "EnableKey" ? "Enabled" : "Disabled");
      case "ScheduleKeyDeletion":
        return this.#scheduleDeletion(this.#find(input["KeyId"]));
      case "CancelKeyDeletion":
        return this.#cancelDeletion(this.#find(input["KeyId"]));
      case "Encrypt":
        return this.#encrypt(input);
      case "Decrypt":
        return this.#decrypt(input);
      case "GenerateDataKey":
        return this.#generateDataKey(input);
      default:
        throw new KmsException("UnknownOperationException", `no operation ${operation}`);
    }
  }

  #createAsked(input: KmsFields): string {
    return this.create({
      multiRegion: input["MultiRegion"] === true,
      usage: input["KeyUsage"] === "SIGN_VERIFY" ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT",
    });
  }

  #switch(key: Key, state: KeyState): KmsFields {
    if (key.state === "PendingDeletion") throw pendingDeletion(key);
    key.state = state;
    return {};
  }

  #scheduleDeletion(key: Key): KmsFields {
    if (key.state === "PendingDeletion") throw pendingDeletion(key);
    key.state = "PendingDeletion";
    return { KeyId: key.arn, KeyState: key.state };
  }

  #cancelDeletion(key: Key): KmsFields {
    if (key.state !== "PendingDeletion") {
      throw new KmsException("KMSInvalidStateException", `${key.arn} is not pending deletion.`);
    }
    key.state = "Disabled";
    return { KeyId: key.arn };
  }

  #encrypt(input: KmsFields): KmsFields {
    const plaintext = bytesOf(input, "Plaintext", maxPlaintext);
    const key = this.#usable(this.#find(input["KeyId"]));
    return {
      KeyId: key.arn,
      CiphertextBlob: base64(seal(key, plaintext, aadOf(input))),
      EncryptionAlgorithm: algorithm,
    };
  }

  #generateDataKey(input: KmsFields): KmsFields {
    const key = this.#usable(this.#find(input["KeyId"]));
    const plaintext = randomBytes(32);
    const blob = seal(key, plaintext, aadOf(input));
    return { KeyId: key.arn, CiphertextBlob: base64(blob), Plaintext: base64(plaintext) };
  }

  #decrypt(input: KmsFields): KmsFields {
    const blob = bytesOf(input, "CiphertextBlob", maxCiphertext);
    const pinned = input["KeyId"] === undefined ? undefined : this.#usable(this.#find(input["KeyId"]));
    const maker = this.#keys.get(keyIdOf(blob));
    if (maker === undefined) throw invalidCiphertext();
    if (pinned !== undefined && pinned !== maker) {
      throw new KmsException(
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
      );
    }
    const plaintext = open(this.#usable(maker), blob, aadOf(input));
    return { KeyId: maker.arn, Plaintext: base64(plaintext), EncryptionAlgorithm: algorithm };
  }

  #find(keyId: unknown): Key {
    if (typeof keyId !== "string" || keyId === "") throw validation("KeyId");
    const key = this.#keys.get(keyId.startsWith(this.#prefix) ? keyId.slice(this.#prefix.length) : keyId);
    if (key === undefined) throw new KmsException("NotFoundException", `Key '${keyId}' does not exist`);
    return key;
  }

  #usable(key: Key): Key {
    if (key.state === "Disabled") throw new KmsException("DisabledException", `${key.arn} is disabled.`);
    if (key.state === "PendingDeletion") throw pendingDeletion(key);
    if (key.usage === "ENCRYPT_DECRYPT") return key;
    throw new KmsException("InvalidKeyUsageException", `${key.arn} key usage is ${key.usage}.`);
  }

  #metadata(key: Key): KmsFields {
    return {
      AWSAccountId: this.#account,
      KeyId: key.keyId,
      Arn: key.arn,
      Enabled: key.state === "Enabled",
      KeyState: key.state,
      KeyUsage: key.usage,
      KeyManager: "CUSTOMER",
      MultiRegion: key.keyId.startsWith("mrk-"),
    };
  }
}

const algorithm = "SYMMETRIC_DEFAULT";

// A blob: length of the key id, key id, iv, tag, ciphertext.
function seal(key: Key, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key.material, iv, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Uint8Array.of(key.keyId.length), Buffer.from(key.keyId), iv, cipher.getAuthTag(), sealed]);
}

function open(key: Key, blob: Buffer, aad: Uint8Array): Uint8Array {
  const rest = blob.subarray(1 + key.keyId.length);
  if (rest.length <= ivBytes + tagBytes) throw invalidCiphertext();
  const decipher = createDecipheriv("aes-256-gcm", key.material, rest.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(aad);
  decipher.setAuthTag(rest.subarray(ivBytes, ivBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(rest.subarray(ivBytes + tagBytes)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

function keyIdOf(blob: Buffer): string {
  return blob.toString("latin1", 1, 1 + blob.readUInt8(0));
}

function aadOf(input: KmsFields): Uint8Array {
  const context = input["EncryptionContext"] ?? {};
  if (typeof context !== "object" || !Object.values(context).every((value) => typeof value === "string")) {
    throw new KmsException("SerializationException", "EncryptionContext is a map of strings");
  }
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  const aad = Buffer.from(JSON.stringify(pairs));
  if (aad.length > 8_192) throw validation("EncryptionContext");
  return aad;
}

function bytesOf(input: KmsFields, field: string, most: number): Buffer {
  const value = input[field];
  if (typeof value !== "string") throw validation(field);
  const bytes = Buffer.from(value, "base64");
  if (bytes.length === 0 || bytes.length > most) throw validation(field);
  return bytes;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function validation(field: string): KmsException {
  return new KmsException("ValidationException", `1 validation error detected: ${field} failed to satisfy constraint`);
}

function invalidCiphertext(): KmsException {
  return new KmsException("InvalidCiphertextException", "");
}

function pendingDeletion(key: Key): KmsException {
  return new KmsException("KMSInvalidStateException", `${key.arn} is pending deletion.`);
}
