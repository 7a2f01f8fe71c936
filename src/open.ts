import type { Latchkey, LatchkeyOptions } from "./latchkey.ts";
import { branchKeySchema, branchKeyStore } from "./store/branch-keys.ts";
import { migrate } from "./store/migrate.ts";
import { sqlite } from "./store/sqlite/index.ts";
import { silentLogger, silentMeter } from "./telemetry/silent.ts";
import { createSender } from "./transactions/sender.ts";
import { systemClock } from "./units/clock.ts";
import { Gate } from "./units/gate.ts";
import { settleAll } from "./units/settle-all.ts";
import { localRootKey } from "./vault/local/local-root-key.ts";
import { createVault } from "./vault/vault.ts";
import { backfill } from "./wallets/backfill.ts";
import { chainsByName, requireChains } from "./wallets/chains.ts";
import { EventHub } from "./wallets/events.ts";
import { walletSchema } from "./wallets/schema.ts";
import { requireId } from "./wallets/user-key.ts";
import { Wallets } from "./wallets/wallets.ts";

/** Wires the rooms; apart from index.ts so that an import of the package loads none of them. */
export async function open<Name extends string>(options: LatchkeyOptions<Name>): Promise<Latchkey<Name>> {
  const { chains, tenant = "default", meter = silentMeter, logger = silentLogger } = options;
  requireChains(chains);
  requireId(tenant, "tenant");
  const wrappingKey = options.wrappingKey ?? localRootKey(".latchkey/root.key");
  const store = options.store ?? sqlite(".latchkey/wallets.db");

  const database = await store.open(logger);
  try {
    await migrate(database, branchKeySchema);
    await migrate(database, walletSchema);
  } catch (error) {
    await database.close();
    throw error;
  }

  const clock = systemClock;
  const vault = createVault({ wrappingKey, branchKeys: branchKeyStore(database), tenant, clock, meter, logger });
  const senders = new Map(chains.map((chain) => [chain.name, createSender({ chain, clock, meter, logger })] as const));
  const events = new EventHub(logger);
  const wallets = new Wallets({ tenant, chains, senders, vault, database, events, clock, meter, logger });
  const gate = new Gate();

  async function close(): Promise<void> {
    await gate.close();
    // Keys are wiped and connections closed whatever fails before.
    await settleAll([...senders.values()].map((sender) => sender.close()))
      .finally(() => settleAll([vault.close(), ...chains.map((chain) => chain.close())]))
      .finally(() => settleAll([wrappingKey.close(), database.close()]));
  }

  let closing: Promise<void> | undefined;
  return {
    chains: chainsByName(chains),
    login: (userId) => gate.run(() => wallets.login(userId)),
    wallet: (userId) => gate.run(() => wallets.wallet(userId)),
    findByAddress: (address) => gate.run(() => wallets.findByAddress(address)),
    backfill: (backfillOptions) => gate.run(() => backfill(wallets, logger, backfillOptions)),
    on: (event, listener) => events.on(event, listener),
    close: () => (closing ??= close()),
  };
}
