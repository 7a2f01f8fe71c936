import type { Wallet } from "ethers";
import { afterAll, beforeAll, expect } from "vitest";
import { isRecord } from "../../../scripts/guards.ts";
import { kaia } from "../../../src/chains/kaia/index.ts";
import { type ChainProfile, http, type Latchkey, type SendingAccount } from "../../../src/index.ts";
import { kaia as profileOfKaia } from "../../../src/profiles/profiles.ts";
import type { Recorder } from "../../harness/recorder.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { openTestLatchkey, type TestLatchkeyOptions } from "../../harness/test-latchkey.ts";
import { type KaiaNode, type KaiaNodeOptions, startKaiaNode } from "../../kaia-node/index.ts";
import { localSigner } from "./local-signer.ts";

export const coin = 10n ** 18n;

/** Kaia's, looked at all the time. */
export const quick: ChainProfile = { ...profileOfKaia, pollMs: 25, stuckAfterMs: 3_600_000, rebroadcastMs: 400 };

export interface KaiaScene {
  readonly latchkey: Latchkey<"main">;
  readonly recorder: Recorder;
  readonly directory: string;
  user(userId: string, kei?: bigint): Promise<SendingAccount<"main">>;
  /** A service account whose key is in hand. */
  service(name: string, wallet: Wallet, kei?: bigint): Promise<SendingAccount<"main">>;
}

/** A node for the tests of one file. */
export function kaiaNodeOfFile(options: KaiaNodeOptions = {}): { readonly node: KaiaNode } {
  let started: KaiaNode | undefined;
  beforeAll(async () => {
    started = await startKaiaNode(options);
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

export async function openKaia(
  node: KaiaNode,
  options: Partial<Omit<TestLatchkeyOptions<"main">, "chains">> & { readonly profile?: ChainProfile } = {},
): Promise<KaiaScene> {
  const { profile = quick, directory = temporaryDirectory(), ...rest } = options;
  const chain = kaia({ name: "main", chainId: node.chainId, transport: http(node.url), profile });
  const { latchkey, recorder } = await openTestLatchkey({ ...rest, directory, chains: [chain] });
  return {
    latchkey,
    recorder,
    directory,
    user: async (userId, kei = coin) => {
      const account = (await latchkey.login(userId)).accounts.main;
      await node.setBalance(account.address, kei);
      return account;
    },
    service: async (name, wallet, kei = coin) => {
      await node.setBalance(wallet.address, kei);
      return (await latchkey.service(name, localSigner(wallet))).accounts.main;
    },
  };
}

/** What the node has of a transaction. */
export async function onNode(node: KaiaNode, hash: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const found = await node.request("kaia_getTransactionByHash", hash);
  return isRecord(found) ? found : undefined;
}

export async function countOf(node: KaiaNode, address: string, block = "latest"): Promise<number> {
  return Number(await node.request("kaia_getTransactionCount", address, block));
}
