import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Wallet as EthersWallet } from "ethers";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import { http, type ChainProfile, type Latchkey, type SendingAccount, type Transport } from "../../../src/index.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import type { Recorder } from "../../harness/recorder.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openTestLatchkey, type TestLatchkeyOptions } from "../../harness/test-latchkey.ts";

export const ether = 10n ** 18n;
export const person = "0x00000000000000000000000000000000000A11cE";

/** A chain whose node is looked at all the time, and whose blocks stay. */
export const quick: ChainProfile = {
  name: "quick",
  blockTimeMs: 0,
  finality: { kind: "instant" },
  inFlight: 64,
  inFlightWhenFull: 16,
  stuckAfterMs: 300,
  rebroadcastMs: 400,
  pollMs: 25,
  replacement: { kind: "percent", percent: 10 },
};

/** One where nothing is sent twice while a test looks away. */
export const patient: ChainProfile = { ...quick, stuckAfterMs: 3_600_000, rebroadcastMs: 3_600_000 };

/** An anvil for the tests of one file. */
export function anvilOfFile(args: readonly string[] = []): { readonly node: Anvil } {
  let started: Anvil | undefined;
  beforeAll(async () => {
    started = await startAnvil({ chainId: 7_777, args });
  });
  afterAll(async () => {
    await started?.stop();
  });
  return {
    get node() {
      return started ?? expect.fail("the node is not up");
    },
  };
}

export interface OutboxScene {
  readonly latchkey: Latchkey<"main">;
  readonly recorder: Recorder;
  readonly directory: string;
  /** Logs a user in, and gives the account money. */
  user(userId: string, wei?: bigint): Promise<SendingAccount<"main">>;
  /** Registers a service account with a key of ethers', and gives it money. */
  service(name: string, wallet?: EthersWallet, wei?: bigint): Promise<SendingAccount<"main">>;
  /** Runs a statement on the store's file, past the code. */
  sql(text: string, ...values: readonly SQLInputValue[]): readonly Record<string, unknown>[];
}

export interface SceneOptions extends Partial<Omit<TestLatchkeyOptions<"main">, "chains">> {
  readonly profile?: ChainProfile;
  readonly transport?: Transport;
}

/** Latchkey over an anvil and a SQLite file of its own. */
export async function openScene(node: Anvil, options: SceneOptions = {}): Promise<OutboxScene> {
  const { profile = quick, transport = http(node.url), directory = temporaryDirectory(), ...rest } = options;
  const chain = evm({ name: "main", chainId: node.chainId, transport, profile });
  const { latchkey, recorder } = await openTestLatchkey({ ...rest, directory, chains: [chain] });
  return {
    latchkey,
    recorder,
    directory,
    user: async (userId, wei = ether) => {
      const account = (await latchkey.login(userId)).accounts.main;
      await node.setBalance(account.address, wei);
      return account;
    },
    service: async (name, wallet = randomWallet(), wei = ether) => {
      await node.setBalance(wallet.address, wei);
      return (await latchkey.service(name, wallet)).accounts.main;
    },
    sql: (text, ...values) => sqlIn(directory, text, ...values),
  };
}

function sqlIn(
  directory: string,
  text: string,
  ...values: readonly SQLInputValue[]
): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(join(directory, "wallets.db"));
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    return database.prepare(text).all(...values);
  } finally {
    database.close();
  }
}

export function randomWallet(): EthersWallet {
  return new EthersWallet(EthersWallet.createRandom().privateKey);
}

export function pay(
  value: bigint,
  to = person,
): { readonly transfer: { readonly to: string; readonly value: bigint } } {
  return { transfer: { to, value } };
}

/** Waits until something is so. */
export async function until<T>(look: () => T | Promise<T>, timeout = 30_000): Promise<T> {
  return await vi.waitFor(look, { timeout, interval: 50 });
}

/** An address that nobody has used. */
export function freshAddress(): string {
  return EthersWallet.createRandom().address;
}

export async function balanceOf(node: Anvil, address: string): Promise<bigint> {
  return BigInt(String(await node.request("eth_getBalance", address, "latest")));
}

export async function nonceOf(node: Anvil, address: string): Promise<number> {
  return Number(await node.request("eth_getTransactionCount", address, "latest"));
}
