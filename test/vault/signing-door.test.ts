import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { computeAddress, SigningKey } from "ethers";
import fc from "fast-check";
import * as secp256k1 from "tiny-secp256k1";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import { publicKeyOf } from "../../src/vault/derivation/leaf-keys.ts";
import { makeSignature } from "../../src/vault/sign.ts";
import { type MadeSignature, signThroughDoor } from "../../src/vault/signing-door.ts";
import { sourceCode } from "../errors/source-code.ts";
import { thrownBy } from "../harness/errors.ts";
import { recoveredBy } from "../harness/kms-signer.ts";
import { createRecorder } from "../harness/recorder.ts";

// The curve does its work as it is; recoveries are counted.
vi.mock(import("tiny-secp256k1"), async (load) => {
  const actual = await load();
  return { ...actual, recover: vi.fn(actual.recover) };
});

const order = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;
const signatory = { address: "0x000000000000000000000000000000000000dEaD", scheme: "door" };
const signatures = "latchkey_signatures_total";
const key = randomBytes(32);
const publicKey = publicKeyOf(key);
const digest = Uint8Array.from(randomBytes(32));

const recorder = createRecorder();
const pass = (given: unknown, make: (digest: Uint8Array) => MadeSignature) =>
  signThroughDoor(given, signatory, recorder.meter, (owned) => Promise.resolve(make(owned)));
const total = (outcome: string): number => recorder.total(signatures, { scheme: "door", outcome });

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

/** A true signature with parts replaced. */
function made(changes: { readonly r?: Uint8Array; readonly s?: Uint8Array; readonly recoveryId?: number | undefined }) {
  const { signature, recoveryId } = secp256k1.signRecoverable(digest, key);
  const { r = signature.subarray(0, 32), s = signature.subarray(32) } = changes;
  return { signature: Buffer.concat([r, s]), recoveryId, publicKey, ...changes };
}

beforeEach(() => {
  vi.mocked(secp256k1.recover).mockClear();
});

// Budget of the file: 8 s.
describe("the signing door", () => {
  it("gives a true signature out, its parity known to the maker or not, in memory of its own", async () => {
    const parities = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const each = Uint8Array.from(randomBytes(32));
      const theirs = new SigningKey(key).sign(each);
      const { recoveryId } = makeSignature(each, key, publicKey);
      for (const known of [recoveryId, undefined]) {
        const given = await pass(each, (owned) => ({ ...makeSignature(owned, key, publicKey), recoveryId: known }));
        expect(given).toEqual({
          r: Uint8Array.from(Buffer.from(theirs.r.slice(2), "hex")),
          s: Uint8Array.from(Buffer.from(theirs.s.slice(2), "hex")),
          yParity: theirs.yParity,
        });
        expect([given.r.buffer.byteLength, given.s.buffer.byteLength]).toEqual([32, 32]);
        parities.add(given.yParity);
      }
    }
    expect([...parities].sort()).toEqual([0, 1]);
  });

  it("recovers once where the maker knows the parity", async () => {
    await pass(digest, (owned) => makeSignature(owned, key, publicKey));
    expect(vi.mocked(secp256k1.recover)).toHaveBeenCalledTimes(1);
  });

  it("gives r and s of any size out as 32 bytes", async () => {
    // Not made with a key: of any r that is a point's x, and any s, some key's signature.
    const anyR = fc.bigInt({ min: 1n, max: 2n ** 250n }).filter((r) => secp256k1.isXOnlyPoint(bytesOf(r)));
    const anyS = fc.oneof(fc.bigInt({ min: 1n, max: order / 2n }), fc.bigInt({ min: 1n, max: 2n ** 16n }));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), anyR, anyS, async (each, r, s) => {
        const signature = Buffer.concat([bytesOf(r), bytesOf(s)]);
        const theirs = secp256k1.recover(each, signature, 1, false) ?? expect.fail("no key");
        const given = await pass(each, () => ({ signature, recoveryId: undefined, publicKey: theirs }));
        expect([Buffer.from(given.r), Buffer.from(given.s), given.yParity]).toEqual([bytesOf(r), bytesOf(s), 1]);
      }),
      { numRuns: 200 },
    );
  });

  it.each<readonly [string, () => MadeSignature]>([
    ["of another key", () => ({ ...made({}), publicKey: publicKeyOf(randomBytes(32)) })],
    ["of another digest", () => makeSignature(randomBytes(32), key, publicKey)],
    ["with the other parity", () => made({ recoveryId: 1 - (made({}).recoveryId ?? 0) })],
    ["whose r wrapped round, id 2", () => made({ recoveryId: 2 })],
    ["whose r wrapped round, id 3", () => made({ recoveryId: 3 })],
    ["with r zero", () => made({ r: bytesOf(0n), recoveryId: undefined })],
    ["with s zero", () => made({ s: bytesOf(0n), recoveryId: undefined })],
    ["with r the order", () => made({ r: bytesOf(order), recoveryId: undefined })],
    ["with s the order", () => made({ s: bytesOf(order), recoveryId: undefined })],
    ["with r the largest number", () => made({ r: Buffer.alloc(32, 0xff), recoveryId: undefined })],
    ["with s the largest number", () => made({ s: Buffer.alloc(32, 0xff), recoveryId: undefined })],
    // 5 is no point's x.
    ["with an r that is off the curve", () => made({ r: bytesOf(5n), recoveryId: undefined })],
    ["with s in the upper half", () => made({ s: secp256k1.privateNegate(made({}).signature.subarray(32)) })],
    ["with s in the upper half, parity unknown", upperHalf],
    ["of 63 bytes", () => ({ ...made({}), signature: made({}).signature.subarray(0, 63) })],
    ["of 65 bytes", () => ({ ...made({}), signature: Buffer.concat([made({}).signature, Buffer.alloc(1)]) })],
    ["of no bytes", () => ({ ...made({}), signature: new Uint8Array(0) })],
    ["for a compressed key", () => ({ ...made({}), publicKey: secp256k1.pointCompress(publicKey, true) })],
    ["for no key", () => ({ ...made({}), publicKey: new Uint8Array(0) })],
  ])("keeps a signature back that is %s", async (_, make) => {
    const before = [total("ok"), total("ERR_VAULT_SIGN_FAILED")];
    const error = await thrownBy(() => pass(digest, make));
    expect(error).toMatchObject({ code: "ERR_VAULT_SIGN_FAILED", retryable: false, context: signatory });
    expect([total("ok"), total("ERR_VAULT_SIGN_FAILED")]).toEqual([before[0], (before[1] ?? 0) + 1]);
    const shown = inspect(error) + JSON.stringify(error);
    for (const bytes of [digest, make().signature.subarray(0, 32), make().signature.subarray(32)]) {
      if (bytes.length > 0) expect(shown).not.toContain(Buffer.from(bytes).toString("hex"));
    }
  });

  it("checks the form by itself: the curve's library might find a key for any bytes", async () => {
    vi.mocked(secp256k1.recover).mockImplementation(() => publicKey);
    onTestFinished(() => {
      vi.mocked(secp256k1.recover).mockReset();
    });
    await pass(digest, () => made({}));
    for (const bytes of [
      bytesOf(0n),
      bytesOf(order),
      Buffer.alloc(32, 0xff),
      Buffer.alloc(31, 1),
      Buffer.alloc(33, 1),
    ]) {
      for (const changes of [{ r: bytes }, { s: bytes }]) {
        expect(await thrownBy(() => pass(digest, () => made(changes)))).toMatchObject({
          code: "ERR_VAULT_SIGN_FAILED",
        });
      }
    }
  });

  it("gives out what recovers to the key, or nothing, for any bytes", async () => {
    const nearly = fc
      .tuple(fc.nat(63), fc.integer({ min: 1, max: 255 }))
      .map(([at, bits]) => made({}).signature.map((byte, index) => (index === at ? byte ^ bits : byte)));
    const anything = fc.oneof(
      nearly,
      fc.uint8Array({ maxLength: 70 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
    );
    const anyId = fc.option(fc.integer({ min: -1, max: 4 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(anything, anyId, async (signature, recoveryId) => {
        const error = await thrownBy(() => pass(digest, () => ({ signature, recoveryId, publicKey })));
        expect(error).toMatchObject({ code: "ERR_VAULT_SIGN_FAILED" });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [new Uint8Array(31)],
    [new Uint8Array(33)],
    [new Uint8Array(0)],
    ["0x" + "00".repeat(32)],
    ["a".repeat(32)],
    [new ArrayBuffer(32)],
    [Array.from({ length: 32 }, () => 1)],
    [undefined],
    [null],
  ])("takes 32 bytes alone as a digest, and asks for no signature of %j", async (bad) => {
    const make = vi.fn(() => expect.fail("asked"));
    const before = total("ERR_VAULT_DIGEST_INVALID");
    expect(await thrownBy(() => pass(bad, make))).toMatchObject({ code: "ERR_VAULT_DIGEST_INVALID" });
    expect([make.mock.calls.length, total("ERR_VAULT_DIGEST_INVALID")]).toEqual([0, before + 1]);
  });

  it("signs the digest as it was when asked, once, whatever becomes of the caller's buffer", async () => {
    const buffer = Uint8Array.from(digest);
    const go = Promise.withResolvers<undefined>();
    const make = vi.fn(async (owned: Uint8Array) => {
      await go.promise;
      return makeSignature(owned, key, publicKey);
    });
    const signing = signThroughDoor(buffer, signatory, recorder.meter, make);
    buffer.fill(0xff);
    go.resolve(undefined);
    expect(recoveredBy(digest, await signing)).toBe(computeAddress(new SigningKey(key)));
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("throws what the maker throws, and counts it", async () => {
    const ours = new LatchkeyError("ERR_KMS_DENIED", "scripted");
    for (const [error, outcome] of [
      [ours, "ERR_KMS_DENIED"],
      [new Error("the store"), "unknown"],
    ] as const) {
      const before = total(outcome);
      expect(
        await thrownBy(() => signThroughDoor(digest, signatory, recorder.meter, () => Promise.reject(error))),
      ).toBe(error);
      expect(total(outcome)).toBe(before + 1);
    }
  });
});

describe("every way to a signature", () => {
  const filesWith = (pattern: RegExp): string[] =>
    [...sourceCode()].filter(({ code }) => pattern.test(code)).map(({ path }) => path);

  it("is a key in hand or in KMS, and all lead through the door", () => {
    expect(filesWith(/\bsignRecoverable\b|\bsignSchnorr\b|\bsecp256k1\.sign\b/)).toEqual(["vault/sign.ts"]);
    expect(filesWith(/\bSignCommand\b/)).toEqual(["vault/aws-kms/signing-calls.ts"]);
    expect(filesWith(/\bmakeSignature\(/).sort()).toEqual([
      "vault/local/key-signer.ts",
      "vault/sign.ts",
      "vault/vault.ts",
    ]);
    expect(filesWith(/\/sign\.ts"/).sort()).toEqual(["vault/local/key-signer.ts", "vault/vault.ts"]);
    expect(filesWith(/\bsigning-calls\.ts"/)).toEqual(["vault/aws-kms/signer.ts"]);
    const passing = ["vault/aws-kms/signer.ts", "vault/local/key-signer.ts", "vault/signing-door.ts", "vault/vault.ts"];
    expect(filesWith(/\bsignThroughDoor\(/).sort()).toEqual(passing);
  });
});

/** The same signature with s negated: it recovers with the other parity, so that only the rule on s keeps it back. */
function upperHalf(): MadeSignature {
  return made({ s: secp256k1.privateNegate(made({}).signature.subarray(32)), recoveryId: undefined });
}
