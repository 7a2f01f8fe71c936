import { LatchkeyError } from "./errors/latchkey-error.ts";
import type { Latchkey, LatchkeyOptions } from "./latchkey.ts";
import { branchKeySchema, branchKeyStore } from "./store/branch-keys.ts";
import type { StoreAdapter } from "./store/database.ts";
import { migrate } from "./store/migrate.ts";
import { sqlite } from "./store/sqlite/index.ts";
import { guardedLogger, guardedMeter } from "./telemetry/guarded.ts";
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
import { hasMethods, isObject } from "./wallets/given.ts";
import { walletSchema } from "./wallets/schema.ts";
import { requireId } from "./wallets/user-key.ts";
import { Wallets } from "./wallets/wallets.ts";

/** What has to be there of each part that may be given. */
const methods = {
  wrappingKey: ["wrap", "unwrap", "close"],
  store: ["open"],
  meter: ["record"],
  logger: ["debug", "info", "warn", "error"],
} as const;

/** Wires the rooms; apart from index.ts so that an import of the package loads none of them. */
export async function open<Name extends string>(options: LatchkeyOptions<Name>): Promise<Latchkey<Name>> {
  requireOptions(options);
  const { chains, tenant = "default" } = options;
  requireChains(chains);
  requireId(tenant, "tenant");
  const wrappingKey = options.wrappingKey ?? localRootKey(".latchkey/root.key");
  const store = options.store ?? defaultStore();
  const meter = guardedMeter(options.meter ?? silentMeter);
  const logger = guardedLogger(options.logger ?? silentLogger);

  const database = await store.open(logger);
  try {
    await migrate(database, branchKeySchema);
    await migrate(database, walletSchema);
  } catch (error) {
    await database.close();
    throw error;
  }

  logger.info(
    {
      store: store.description,
      wrappingKey: wrappingKey.description,
      chains: chains.map(({ name }) => name).join(", "),
      tenant,
    },
    "Latchkey is open",
  );

  const clock = systemClock;
  const vault = createVault({ wrappingKey, branchKeys: branchKeyStore(database), tenant, clock, meter, logger });
  const senders = new Map(chains.map((chain) => [chain.name, createSender({ chain, clock, meter, logger })] as const));
  const events = new EventHub(logger);
  const wallets = new Wallets({ tenant, chains, senders, vault, database, events, clock, meter, logger });
  const gate = new Gate();
  const closing = new AbortController();

  async function close(): Promise<void> {
    // Of all calls only a backfill takes longer than people wait for a process to end.
    closing.abort();
    await gate.close();
    // Keys are wiped and connections closed whatever fails before.
    await settleAll([...senders.values()].map((sender) => sender.close()))
      .finally(() => settleAll([vault.close(), ...chains.map((chain) => chain.close())]))
      .finally(() => settleAll([wrappingKey.close(), database.close()]));
    logger.info({ tenant }, "Latchkey is closed");
  }

  let closed: Promise<void> | undefined;
  return {
    chains: chainsByName(chains),
    login: (userId) => gate.run(() => wallets.login(userId)),
    wallet: (userId) => gate.run(() => wallets.wallet(userId)),
    findByAddress: (address) => gate.run(() => wallets.findByAddress(address)),
    backfill: (backfillOptions) => gate.run(() => backfill(wallets, logger, closing.signal, backfillOptions)),
    on: (event, listener) => events.on(event, listener),
    close: () => (closed ??= close()),
  };
}

/** In a container without a disk of its own, wallets in a file of the working directory are lost with the next release. */
function defaultStore(): StoreAdapter {
  if (process.env["NODE_ENV"] !== "production") return sqlite(".latchkey/wallets.db");
  throw invalid(
    'no store was given and NODE_ENV is production; use postgres(url), or sqlite("/a/disk/that/stays/wallets.db")',
  );
}

const known: ReadonlySet<string> = new Set<keyof LatchkeyOptions>([
  "chains",
  "wrappingKey",
  "store",
  "tenant",
  "meter",
  "logger",
]);

function requireOptions(options: unknown): void {
  if (!isObject(options)) throw invalid("the options are an object with at least chains: [...]");
  const odd = Object.keys(options).find((name) => !known.has(name));
  if (odd !== undefined) throw invalid(`there is no option "${odd.slice(0, 40)}"; there are ${[...known].join(", ")}`);
  const given: Partial<Record<keyof LatchkeyOptions, unknown>> = options;
  for (const part of ["wrappingKey", "store", "meter", "logger"] as const) {
    if (given[part] !== undefined && !hasMethods(given[part], methods[part]))
      throw invalid(`${part} is none: it needs ${methods[part].join(", ")}; leave it out for the default`);
  }
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `openLatchkey: ${what}. Nothing was opened.`);
}
