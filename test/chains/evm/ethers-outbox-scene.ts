import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type EthersSigner, ethersSigner, evm } from "../../../src/chains/evm/index.ts";
import { type Latchkey, localRootKey, openLatchkey, sqlite, type Wallet } from "../../../src/index.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import type { ChainProfile } from "../../../src/ports/chain-profile.ts";
import { anvil as anvilProfile } from "../../../src/profiles/profiles.ts";
import { http } from "../../../src/rpc/http.ts";
import type { PolicyOptions } from "../../../src/transactions/policy/rules.ts";
import type { SendingAccount } from "../../../src/wallets/account.ts";
import type { Anvil } from "../../harness/anvil.ts";
import { createRecorder, type Recorder } from "../../harness/recorder.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";

export const ether = 10n ** 18n;

export interface OutboxScene {
  readonly latchkey: Latchkey<"main">;
  readonly wallet: Wallet<"main">;
  readonly account: SendingAccount<"main">;
  readonly signer: EthersSigner;
  readonly recorder: Recorder;
  /** Signatures that the vault made so far. */
  signatures(): number;
}

export interface OutboxSceneOptions {
  readonly policy?: PolicyOptions;
  readonly profile?: Partial<ChainProfile>;
  /** Default: straight to the node. */
  readonly transport?: Transport;
  /** What the user has. Default 10 ether. */
  readonly wei?: bigint;
}

/** A Latchkey of one test over SQLite, and a user with money on the node. */
export async function openOutbox(anvil: Anvil, options: OutboxSceneOptions = {}): Promise<OutboxScene> {
  const { policy, profile, transport = http(anvil.url), wei = 10n * ether } = options;
  const directory = temporaryDirectory();
  const recorder = createRecorder();
  const latchkey = await openLatchkey({
    chains: [evm({ name: "main", chainId: anvil.chainId, transport, profile: { ...anvilProfile, ...profile } })],
    wrappingKey: localRootKey(join(directory, "root.key")),
    store: sqlite(join(directory, "wallets.db")),
    meter: recorder.meter,
    logger: recorder.logger,
    ...(policy === undefined ? {} : { policy }),
  });
  onTestFinished(() => latchkey.close());
  const wallet = await latchkey.login("alice");
  const account = wallet.accounts.main;
  if (wei > 0n) await anvil.setBalance(account.address, wei);
  const signatures = (): number => recorder.total("latchkey_signatures_total", { outcome: "ok" });
  return { latchkey, wallet, account, signer: await ethersSigner(account), recorder, signatures };
}

/** The way to a node whose tips can be raised: then the outbox offers more for what is stuck. */
export function dearerNode(anvil: Anvil): { readonly transport: Transport; raise(): void } {
  const inner = http(anvil.url);
  let isDear = false;
  return {
    raise: () => (isDear = true),
    transport: {
      origin: inner.origin,
      request: async (asked) =>
        isDear && asked.method === "eth_maxPriorityFeePerGas" ? "0x12a05f200" : await inner.request(asked),
      close: () => inner.close(),
    },
  };
}
