import { onTestFinished, vi } from "vitest";
import type { WrappingKey } from "../../src/ports/wrapping-key.ts";
import { systemClock } from "../../src/units/clock.ts";
import { kmsWrappingKey } from "../../src/vault/aws-kms/aws-kms.ts";
import type { Runtime } from "../../src/vault/aws-kms/first-answer.ts";
import type { AwsKmsOptions } from "../../src/vault/aws-kms/index.ts";
import type { ManualClock } from "./manual-clock.ts";
import { type KmsEmulator, type KmsEmulatorOptions, startKmsEmulator } from "./kms-emulator.ts";

/** Credentials of one test, recognisable wherever they turn up. */
export const credentials = {
  id: "AKIACANARY0CANARY000",
  secret: "canary/secret/access/key/canary0",
  token: "canary-session-token",
};

export function stubCredentials(): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.id);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", credentials.token);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

/** An emulator of one test. */
export async function emulatorOfTest(options?: KmsEmulatorOptions): Promise<KmsEmulator> {
  const emulator = await startKmsEmulator(options);
  onTestFinished(emulator.close);
  return emulator;
}

/** Lets pauses of no time pass on a clock that stands, until `work` settles. */
export async function whileStanding<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const state = { settled: false };
  const watched = work.finally(() => (state.settled = true));
  while (!state.settled) await clock.advance(0);
  return watched;
}

/** A wrapping key of one test that pauses for no time, unless the runtime says otherwise. */
export function kmsOfTest(
  options: AwsKmsOptions | readonly AwsKmsOptions[],
  runtime: Partial<Runtime> = {},
): WrappingKey {
  stubCredentials();
  const key = kmsWrappingKey(options, { clock: systemClock, random: () => 0, ...runtime });
  onTestFinished(() => key.close());
  return key;
}
