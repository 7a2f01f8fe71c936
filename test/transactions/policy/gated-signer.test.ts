import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { PolicyGate, Subject } from "../../../src/ports/policy-gate.ts";
import type { RecoverableSignature, Signer } from "../../../src/ports/signer.ts";
import type { SigningRequest } from "../../../src/ports/signing-request.ts";
import { gatedSigner } from "../../../src/transactions/policy/gated-signer.ts";
import { thrownBy } from "../../harness/errors.ts";
import { addressOf, newUser } from "./open-policy.ts";

const subject = newUser();
const signature: RecoverableSignature = { r: new Uint8Array(32), s: new Uint8Array(32), yParity: 0 };
const message: SigningRequest = { kind: "message", bytes: Uint8Array.of(1) };
const canary = "a key that nobody shall see";

/** A signer and a gate that write down in one list what they were asked. */
function scripted(allow: () => Promise<void> = () => Promise.resolve()) {
  const log: unknown[] = [];
  const gate: PolicyGate = {
    authorize: (who: Subject, request) => {
      log.push(["asked", who, request]);
      return allow();
    },
  };
  const signer = {
    address: addressOf(1),
    secret: canary,
    signDigest: (digest: Uint8Array, request?: SigningRequest) => {
      log.push(["signed", Buffer.from(digest).toString("hex"), request]);
      return Promise.resolve(signature);
    },
  } satisfies Signer & { secret: string };
  const whole: Signer = {
    ...signer,
    signTransaction: (unsigned) => {
      log.push(["signed transaction", unsigned]);
      return Promise.resolve(signature);
    },
  };
  return { log, gate, signer, whole };
}

// Budget of the file: 1 s.
describe("a gated signer", () => {
  it("asks the policy before every signature, with what is known of it", async () => {
    const { log, gate, whole } = scripted();
    const gated = gatedSigner(whole, subject, gate);
    const digest = Uint8Array.from(randomBytes(32));
    const hex = Buffer.from(digest).toString("hex");
    expect(gated.address).toBe(whole.address);
    expect(await gated.signDigest(digest, message)).toBe(signature);
    await gated.signDigest(digest);
    await gated.signTransaction?.("0x02");
    await gated.signTransaction?.("0x02", message);
    expect(log).toEqual([
      ["asked", subject, message],
      ["signed", hex, message],
      ["asked", subject, { kind: "digest" }],
      ["signed", hex, undefined],
      ["asked", subject, { kind: "digest" }],
      ["signed transaction", "0x02"],
      ["asked", subject, message],
      ["signed transaction", "0x02"],
    ]);
  });

  it("asks the key for nothing that is refused", async () => {
    const refusal = new LatchkeyError("ERR_POLICY_FROZEN", "scripted");
    const { log, gate, whole } = scripted(() => Promise.reject(refusal));
    const gated = gatedSigner(whole, subject, gate);
    for (const attempt of [
      () => gated.signDigest(new Uint8Array(32)),
      () => gated.signDigest(new Uint8Array(32), message),
      () => gated.signTransaction?.("0x02"),
    ]) {
      expect(await thrownBy(attempt)).toBe(refusal);
    }
    expect(log.every((entry) => Array.isArray(entry) && entry[0] === "asked")).toBe(true);
  });

  it("signs the digest as it was when asked, whatever becomes of the buffer meanwhile", async () => {
    const allowed = Promise.withResolvers<undefined>();
    const { log, gate, signer } = scripted(() => allowed.promise);
    const digest = new Uint8Array(32).fill(1);
    const signing = gatedSigner(signer, subject, gate).signDigest(digest, message);
    digest.fill(2);
    allowed.resolve(undefined);
    await signing;
    expect(log[1]).toEqual(["signed", "01".repeat(32), message]);
  });

  it("signs no transactions where its signer does not", () => {
    const { gate, signer } = scripted();
    expect(gatedSigner(signer, subject, gate).signTransaction).toBeUndefined();
  });

  it("shows its address and nothing else, and cannot be changed", () => {
    const { gate, whole } = scripted();
    const gated = gatedSigner(whole, subject, gate);
    expect(JSON.stringify(gated)).toBe(`{"address":"${whole.address}"}`);
    expect(inspect(gated, { depth: 9, showHidden: true })).toBe(`Signer { ${whole.address} }`);
    expect(Object.isFrozen(gated)).toBe(true);
    expect(JSON.stringify(Object.entries(gated))).not.toContain(canary);
  });
});
