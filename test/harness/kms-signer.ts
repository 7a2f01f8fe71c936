import { recoverAddress, Signature } from "ethers";
import { onTestFinished } from "vitest";
import type { RecoverableSignature } from "../../src/ports/signer.ts";
import { systemClock } from "../../src/units/clock.ts";
import type { Runtime } from "../../src/vault/aws-kms/first-answer.ts";
import type { KmsSigner, KmsSignerOptions } from "../../src/vault/aws-kms/index.ts";
import { openKmsSigner } from "../../src/vault/aws-kms/signer.ts";
import type { KmsEmulator } from "./kms-emulator.ts";
import { emulatorOfTest, stubCredentials } from "./kms-wrapping.ts";

/** A signer of one test that pauses for no time, unless the runtime says otherwise. */
export async function signerOfTest(options: KmsSignerOptions, runtime: Partial<Runtime> = {}): Promise<KmsSigner> {
  stubCredentials();
  const signer = await openKmsSigner(options, { clock: systemClock, random: () => 0, ...runtime });
  onTestFinished(() => signer.close());
  return signer;
}

export interface SignerScene {
  readonly kms: KmsEmulator;
  readonly keyId: string;
  readonly signer: KmsSigner;
}

/** An emulator with one signing key, and its signer. GetPublicKey was asked once. */
export async function signerScene(
  options: Partial<KmsSignerOptions> = {},
  runtime: Partial<Runtime> = {},
): Promise<SignerScene> {
  const kms = await emulatorOfTest();
  const keyId = kms.createKey({ usage: "SIGN_VERIFY" });
  return { kms, keyId, signer: await signerOfTest({ keyId, endpoint: kms.endpoint, ...options }, runtime) };
}

/** Whose signature it is, as ethers recovers it. */
export function recoveredBy(digest: Uint8Array, { r, s, yParity }: RecoverableSignature): string {
  const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;
  return recoverAddress(hex(digest), Signature.from({ r: hex(r), s: hex(s), yParity }));
}
