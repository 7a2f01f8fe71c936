import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { base64, bytesOf, KmsException, type KmsFields, validation } from "./kms-fields.ts";
import { type EccSpec, getPublicKey, isEccSpec, sign, type SignatureShape } from "./kms-signing.ts";

type KeyState = "Enabled" | "Disabled" | "PendingDeletion";
type KeyUsage = "ENCRYPT_DECRYPT" | "SIGN_VERIFY";
type KeySpec = "SYMMETRIC_DEFAULT" | EccSpec;

export interface KmsKeyMaterial {
  /** The last part of the ARN: a UUID, or `mrk-` and 32 hex digits. */
  readonly keyId: string;
  readonly material: Uint8Array;
}

export interface NewKey {
  readonly usage?: KeyUsage;
  /** Default: SYMMETRIC_DEFAULT, and ECC_SECG_P256K1 for SIGN_VERIFY. */
  readonly spec?: KeySpec;
  /** Another key's, to make this one its replica. */
  readonly replicaOf?: KmsKeyMaterial;
  readonly multiRegion?: boolean;
}

interface Key extends KmsKeyMaterial {
  readonly arn: string;
  readonly usage: KeyUsage;
  readonly spec: KeySpec;
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
  /** What the signatures made from now on look like. */
  shape: SignatureShape = "any";

  constructor(region: string, account: string) {
    this.#account = account;
    this.#prefix = `arn:aws:kms:${region}:${account}:key/`;
  }

  create({ usage = "ENCRYPT_DECRYPT", spec, replicaOf, multiRegion = false }: NewKey = {}): string {
    const uuid = randomUUID();
    const keyId = replicaOf?.keyId ?? (multiRegion ? `mrk-${uuid.replaceAll("-", "")}` : uuid);
    const arn = this.#prefix + keyId;
    this.#keys.set(keyId, {
      keyId,
      arn,
      usage,
      spec: spec ?? (usage === "SIGN_VERIFY" ? "ECC_SECG_P256K1" : "SYMMETRIC_DEFAULT"),
      // As a private key, too: that it is zero or above the order does not happen.
      material: replicaOf?.material ?? randomBytes(32),
      state: "Enabled",
    });
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
      case "GetPublicKey":
        return getPublicKey(this.#usable(this.#pair(input), "SIGN_VERIFY"));
      case "Sign":
        return sign(this.#usable(this.#find(input["KeyId"]), "SIGN_VERIFY"), input, this.shape);
      default:
        throw new KmsException("UnknownOperationException", `no operation ${operation}`);
    }
  }

  #createAsked(input: KmsFields): string {
    const usage = input["KeyUsage"] === "SIGN_VERIFY" ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT";
    const spec = input["KeySpec"] ?? "SYMMETRIC_DEFAULT";
    if (spec !== "SYMMETRIC_DEFAULT" && !isEccSpec(spec)) throw validation("KeySpec");
    if ((usage === "SIGN_VERIFY") !== isEccSpec(spec)) throw validation("KeyUsage");
    return this.create({ multiRegion: input["MultiRegion"] === true, usage, spec });
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

  #pair(input: KmsFields): Key {
    const key = this.#find(input["KeyId"]);
    if (isEccSpec(key.spec)) return key;
    throw new KmsException("UnsupportedOperationException", `${key.arn} has no public key.`);
  }

  #usable(key: Key, usage: KeyUsage = "ENCRYPT_DECRYPT"): Key {
    if (key.state === "Disabled") throw new KmsException("DisabledException", `${key.arn} is disabled.`);
    if (key.state === "PendingDeletion") throw pendingDeletion(key);
    if (key.usage === usage) return key;
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
      KeySpec: key.spec,
      CustomerMasterKeySpec: key.spec,
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

function invalidCiphertext(): KmsException {
  return new KmsException("InvalidCiphertextException", "");
}

function pendingDeletion(key: Key): KmsException {
  return new KmsException("KMSInvalidStateException", `${key.arn} is pending deletion.`);
}
