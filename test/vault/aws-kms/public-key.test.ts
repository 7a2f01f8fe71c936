import { createECDH, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePublicKey } from "../../../src/vault/aws-kms/public-key.ts";

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey;
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/** The point, by way of the coordinates that Node shows. */
function pointOf(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return Buffer.concat([Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
}

/** The point that OpenSSL reads, if it takes the bytes for a secp256k1 key. */
function readByNode(spki: Uint8Array): Buffer | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    return key.asymmetricKeyDetails?.namedCurve === "secp256k1" ? pointOf(key) : undefined;
  } catch {
    return undefined;
  }
}

const key = newKey();
const spki = spkiOf(key);

// Budget of the file: 5 s.
describe("parsePublicKey", () => {
  it("reads the point of what Node writes", () => {
    for (let round = 0; round < 100; round += 1) {
      const each = newKey();
      expect(Buffer.from(parsePublicKey(spkiOf(each)) ?? [])).toEqual(pointOf(each));
    }
  });

  it("reads from memory that is shared, and gives bytes of its own", () => {
    const around = Buffer.concat([Buffer.alloc(3, 4), spki, Buffer.alloc(5, 4)]);
    const point = parsePublicKey(around.subarray(3, 3 + spki.length)) ?? expect.fail("not read");
    around.fill(0);
    expect(Buffer.from(point)).toEqual(pointOf(key));
    expect(point.buffer.byteLength).toBe(65);
  });

  it("refuses every change of a bit and every cut", () => {
    for (let at = 0; at < spki.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const altered = spki.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
        expect(parsePublicKey(altered), `bit ${String(bit)} of byte ${String(at)}`).toBeUndefined();
      }
      expect(parsePublicKey(spki.subarray(0, at))).toBeUndefined();
      expect(parsePublicKey(spki.subarray(at + 1))).toBeUndefined();
    }
    expect(parsePublicKey(Buffer.concat([spki, Buffer.alloc(1)]))).toBeUndefined();
  });

  it("takes of any bytes only what OpenSSL reads as the same point", () => {
    const nearly = fc
      .array(fc.tuple(fc.nat(spki.length - 1), fc.nat(255)), { maxLength: 3 })
      .map((changes) => changes.reduce((bytes, [at, value]) => bytes.with(at, value), Uint8Array.from(spki)));
    fc.assert(
      fc.property(fc.oneof(nearly, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        const point = parsePublicKey(bytes);
        if (point !== undefined) expect(Buffer.from(point)).toEqual(readByNode(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["of another curve", () => spkiOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey)],
    ["of RSA", () => spkiOf(generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey)],
    ["of Ed25519", () => spkiOf(generateKeyPairSync("ed25519").publicKey)],
    ["with the curve spelt out", () => explicit()],
    ["that is a compressed point", () => compressed()],
    ["that is a hybrid point", () => spki.with(23, 6 + ((spki.at(-1) ?? 0) & 1))],
    ["that is a bare point", () => pointOf(key)],
    ["that is a point off the curve", () => Buffer.concat([spki.subarray(0, 24), Buffer.alloc(64, 1)])],
    ["with coordinates above the field", () => Buffer.concat([spki.subarray(0, 24), Buffer.alloc(64, 0xff)])],
    ["that is the point at infinity", () => Buffer.concat([spki.subarray(0, 24), Buffer.alloc(64)])],
    ["with the outer length in the long form", () => Buffer.from([0x30, 0x81, ...spki.subarray(1)])],
    ["with a byte between header and point", () => Buffer.concat([spki.subarray(0, 24), spki.subarray(23)])],
    ["that is PEM", () => Buffer.from(key.export({ type: "spki", format: "pem" }))],
    ["of no bytes", () => Buffer.alloc(0)],
  ])("refuses a key %s", (_, bytes) => {
    expect(parsePublicKey(bytes())).toBeUndefined();
  });
});

function explicit(): Buffer {
  return generateKeyPairSync("ec", {
    namedCurve: "secp256k1",
    paramEncoding: "explicit",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  }).publicKey;
}

/** As OpenSSL reads it: the same key, but not as KMS writes it. */
function compressed(): Buffer {
  const pair = createECDH("secp256k1");
  pair.generateKeys();
  const header = Buffer.from("3036301006072a8648ce3d020106052b8104000a032200", "hex");
  const short = Buffer.concat([header, pair.getPublicKey(null, "compressed")]);
  expect(readByNode(short)).toEqual(pair.getPublicKey());
  return short;
}
