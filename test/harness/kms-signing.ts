import { createECDH, createHash, createPublicKey, randomBytes, randomInt } from "node:crypto";
import { pointAddScalar, pointFromScalar } from "tiny-secp256k1";
import { derSignature } from "./kms-der.ts";
import { base64, bytesOf, KmsException, type KmsFields, validation } from "./kms-fields.ts";

export const groupOrder = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

const curves = {
  ECC_SECG_P256K1: { ecdh: "secp256k1", jwk: "secp256k1" },
  ECC_NIST_P256: { ecdh: "prime256v1", jwk: "P-256" },
} as const;

/** The kinds of key pair that there are here. KMS has more. */
export type EccSpec = keyof typeof curves;

export function isEccSpec(spec: unknown): spec is EccSpec {
  return typeof spec === "string" && Object.hasOwn(curves, spec);
}

interface KeyPair {
  readonly arn: string;
  readonly spec: string;
  readonly usage: string;
  /** The private key. */
  readonly material: Uint8Array;
}

const algorithm = "ECDSA_SHA_256";
const algorithms = /^(?:RSASSA_(?:PSS|PKCS1_V1_5)_SHA_(?:256|384|512)|ECDSA_SHA_(?:256|384|512)|SM2DSA)$/;

/** The operation GetPublicKey. */
export function getPublicKey({ arn, spec, usage, material }: KeyPair): KmsFields {
  const PublicKey = isEccSpec(spec) ? base64(spkiOf(spec, material)) : "";
  return {
    KeyId: arn,
    PublicKey,
    KeySpec: spec,
    CustomerMasterKeySpec: spec,
    KeyUsage: usage,
    SigningAlgorithms: [algorithm],
  };
}

/** The operation Sign, of a key that is usable for it. */
export function sign({ arn, spec, material }: KeyPair, input: KmsFields, shape: SignatureShape): KmsFields {
  const message = bytesOf(input, "Message", 4_096);
  const type = input["MessageType"] ?? "RAW";
  if (type !== "RAW" && type !== "DIGEST") throw validation("MessageType");
  if (!algorithms.test(String(input["SigningAlgorithm"]))) throw validation("SigningAlgorithm");
  if (input["SigningAlgorithm"] !== algorithm) {
    throw new KmsException("InvalidKeyUsageException", `not an algorithm of key spec ${spec}`);
  }
  if (type === "DIGEST" && message.length !== 32) {
    throw new KmsException("ValidationException", `Digest is invalid length for algorithm ${algorithm}.`);
  }
  if (spec !== "ECC_SECG_P256K1") throw new KmsException("UnsupportedOperationException", "no such signature here");
  const digest = type === "DIGEST" ? message : createHash("sha256").update(message).digest();
  return { KeyId: arn, Signature: base64(signEcdsa(material, digest, shape)), SigningAlgorithm: algorithm };
}

/** The public key as Node writes it: SubjectPublicKeyInfo in DER. */
export function spkiOf(spec: EccSpec, privateKey: Uint8Array): Buffer {
  const { ecdh, jwk: crv } = curves[spec];
  const pair = createECDH(ecdh);
  pair.setPrivateKey(privateKey);
  const point = pair.getPublicKey();
  const key = { kty: "EC", crv, x: point.toString("base64url", 1, 33), y: point.toString("base64url", 33) };
  return createPublicKey({ format: "jwk", key }).export({ type: "spki", format: "der" });
}

/** Which of the possible signatures the service gives. */
const fits = {
  any: () => true,
  "low-s": (_r: bigint, s: bigint) => s <= groupOrder / 2n,
  "high-s": (_r: bigint, s: bigint) => s > groupOrder / 2n,
  /** 31 bytes or fewer, in DER 32 where the first bit is set. */
  // 31 bytes, also in DER: with the next bit set it would get a zero byte in front there.
  "short-r": (r: bigint) => r < 2n ** 247n && r >= 2n ** 239n,
  "short-s": (_r: bigint, s: bigint) => s < 2n ** 248n,
  /** 21 bytes: the shortest r of which the nonce is known. */
  "tiny-r": () => true,
  /** Both with a zero byte in front. */
  long: (r: bigint, s: bigint) => r >= 2n ** 255n && s >= 2n ** 255n,
} as const satisfies Record<string, (r: bigint, s: bigint) => boolean>;

export type SignatureShape = keyof typeof fits;
export const signatureShapes = Object.keys(fits).filter((name): name is SignatureShape => Object.hasOwn(fits, name));

/**
 * Signs 32 bytes as they are (SEC 1 4.1.3) and writes the signature in DER. s is in either half, as with KMS.
 * The nonces are good for tests alone: they are used again, whoever knows them has the key.
 */
export function signEcdsa(privateKey: Uint8Array, digest: Uint8Array, shape: SignatureShape): Buffer {
  const [d, z] = [numberOf(privateKey), numberOf(digest)];
  for (let at = randomInt(1_024); ; at += 1) {
    const { r, inverse } = shape === "tiny-r" ? halfNonce : nonceAt(at);
    const s = (inverse * (z + r * d)) % groupOrder;
    if (s === 0n) continue;
    const halves = randomInt(2) === 0 ? [s, groupOrder - s] : [groupOrder - s, s];
    const chosen = halves.find((half) => fits[shape](r, half));
    if (chosen !== undefined) return derSignature(r, chosen);
  }
}

interface Nonce {
  /** The x coordinate of the nonce's point. */
  readonly r: bigint;
  /** Of the nonce. */
  readonly inverse: bigint;
}

/** The nonce 1/2: its point, half of the generator, has an x of 166 bits. */
const halfNonce: Nonce = { r: xOf(pointOf((groupOrder + 1n) / 2n)), inverse: 2n };

const first = numberOf(randomBytes(31)) + 1n;
let last = pointOf(first);
const nonces: Nonce[] = [];

/** One after the other from a random start; made once and kept, for a search for a rare shape goes through hundreds. */
function nonceAt(at: number): Nonce {
  for (let next = nonces.length; next <= at; next += 1) {
    nonces.push({ r: xOf(last) % groupOrder, inverse: inverseOf(first + BigInt(next)) });
    last = pointAddScalar(last, scalarOf(1n), false) ?? last;
  }
  return nonces[at] ?? halfNonce;
}

function pointOf(scalar: bigint): Uint8Array {
  const point = pointFromScalar(scalarOf(scalar), false);
  if (point === null) throw new Error("no point of zero");
  return point;
}

function xOf(point: Uint8Array): bigint {
  return numberOf(point.subarray(1, 33));
}

function inverseOf(value: bigint): bigint {
  let [a, b, x, y] = [value, groupOrder, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % groupOrder) + groupOrder) % groupOrder;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function scalarOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}
