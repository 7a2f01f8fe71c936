import type { NetworkUserConfig } from "hardhat/types/config";
import { expect } from "vitest";
import { isRecord } from "../../scripts/guards.ts";
import type { LatchkeyAccountsOptions } from "../../src/hardhat/latchkey-accounts.ts";
import { type KeySigner, keySigner } from "../chains/evm/ethers-parts.ts";
import { type Ask, askerOf, ether, openProject } from "./accounts-scene.ts";

export const edr = { type: "edr-simulated", chainId: 31_337 } as const;
/** What a test has opened, for `closeAll` after it. */
export const closing: (() => Promise<void>)[] = [];

export async function closeAll(opened: (() => Promise<void>)[]): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}
/** A connection to `local`, where the plugin's accounts are, with money. */
export async function connect(
  signers: LatchkeyAccountsOptions["signers"],
  local: NetworkUserConfig = edr,
  options: Partial<LatchkeyAccountsOptions> = { networks: ["local"] },
): Promise<Ask> {
  const project = await openProject({ signers, ...options }, { local });
  const connection = await project.environment.network.create("local");
  closing.push(project.close, () => connection.close());
  return askerOf(connection);
}

export async function funded(local?: NetworkUserConfig): Promise<{ readonly ask: Ask; readonly signer: KeySigner }> {
  const signer = keySigner("46".repeat(32));
  const ask = await connect(() => Promise.resolve([signer]), local);
  await ask("hardhat_setBalance", signer.address, ether);
  return { ask, signer };
}

export async function sent(ask: Ask, request: unknown): Promise<Readonly<Record<string, unknown>>> {
  const found = await ask("eth_getTransactionByHash", await ask("eth_sendTransaction", request));
  return isRecord(found) ? found : expect.fail("no transaction");
}
