import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { NetworkUserConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { vi } from "vitest";
import { latchkeyAccounts, type LatchkeyAccountsOptions } from "../../src/hardhat/latchkey-accounts.ts";
import { type KmsSigner, kmsSigner } from "../../src/vault/aws-kms/index.ts";
import { type KmsEmulator, startKmsEmulator } from "../harness/kms-emulator.ts";
import { credentials } from "../harness/kms-wrapping.ts";

export const ether = "0xde0b6b3a7640000";
export const friend = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

export interface Project {
  readonly environment: HardhatRuntimeEnvironment;
  close(): Promise<void>;
}

/** Somebody's Hardhat project with the plugin in it. */
export async function openProject(
  options: LatchkeyAccountsOptions,
  networks: Readonly<Record<string, NetworkUserConfig>>,
): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-test-"));
  const close = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    await writeFile(join(directory, "package.json"), JSON.stringify({ type: "module" }));
    const config = { plugins: [latchkeyAccounts(options)], networks };
    return { environment: await createHardhatRuntimeEnvironment(config, {}, directory), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export type Ask = (method: string, ...params: readonly unknown[]) => Promise<unknown>;

/** Asks the network as any plugin would. */
export function askerOf({ provider }: Pick<NetworkConnection, "provider">): Ask {
  return async (method, ...params) => {
    const answer: unknown = await provider.request({ method, params });
    return answer;
  };
}

export interface KmsScene {
  readonly kms: KmsEmulator;
  readonly keyId: string;
  readonly signer: KmsSigner;
  close(): Promise<void>;
}

/** A key in an emulator of AWS KMS, for all tests of a file. */
export async function openKms(): Promise<KmsScene> {
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.id);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", credentials.token);
  const kms = await startKmsEmulator();
  const keyId = kms.createKey({ usage: "SIGN_VERIFY" });
  const signer = await kmsSigner({ keyId, endpoint: kms.endpoint, maxAttempts: 1 });
  return {
    kms,
    keyId,
    signer,
    close: async () => {
      await signer.close();
      await kms.close();
      vi.unstubAllEnvs();
    },
  };
}

/** Init code that reverts with `Error(reason)`, of up to 32 characters. */
export function revertingCode(reason: string): string {
  const word = (value: number): string => value.toString(16).padStart(64, "0");
  const text = Buffer.from(reason).toString("hex").padEnd(64, "0");
  // CODECOPY(0, 12, 100); REVERT(0, 100)
  return `0x6064600c60003960646000fd08c379a0${word(32)}${word(reason.length)}${text}`;
}
