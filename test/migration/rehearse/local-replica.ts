import { Wallet } from "ethers";
import { openMigrationSenders } from "../../../src/open-migration.ts";
import type { LocalReplica } from "../../../src/migration/rehearse/rehearse.ts";
import type { MigrationSender } from "../../../src/migration/types.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import type { OldCollection } from "../harness/old-collection.ts";
import { chainOf } from "../mint/scene.ts";

export interface OpenedReplica extends LocalReplica {
  readonly anvil: Anvil;
  readonly chain: ChainAdapter;
}

/** A second node that begins with all state of the first one; neither knows of the other. */
export async function openReplica(real: Anvil, old: OldCollection, directory: string): Promise<OpenedReplica> {
  const state = await real.request("anvil_dumpState");
  const anvil = await startAnvil({ args: ["--gas-limit", "500000000", "--hardfork", "prague"] });
  await anvil.request("anvil_loadState", state);
  const chain = chainOf(anvil);
  const signer = new Wallet(Wallet.createRandom().privateKey);
  await anvil.setBalance(signer.address, 10n ** 21n);
  const opened = await openMigrationSenders({ directory, chain, signers: [signer] });
  return {
    anvil,
    chain,
    senders: opened.senders,
    old: { transport: chain.transport, address: old.address },
    pauser: impersonated(anvil, chain, old.deployer),
    close: async () => {
      await opened.close();
      await anvil.stop();
    },
  };
}

/** Sends as whoever, which a node of one's own allows. */
function impersonated(anvil: Anvil, chain: ChainAdapter, address: string): MigrationSender {
  return {
    address,
    getBalance: () => chain.getBalance(address),
    send: async (intent, { idempotencyKey }) => {
      await anvil.request("anvil_impersonateAccount", address);
      const { to, data } = await chain.encode(intent);
      const hash = String(await anvil.request("eth_sendTransaction", { from: address, to, data }));
      return { id: idempotencyKey, wait: (_, options) => chain.waitForReceipt(`0x${hash.slice(2)}`, options) };
    },
  };
}
