import { randomUUID } from "node:crypto";
import { collectionSchema } from "./collections/schema.ts";
import { LatchkeyError } from "./errors/latchkey-error.ts";
import type { Latchkey, LatchkeyOptions } from "./latchkey.ts";
import { openCollections, requireCollectionsOptions } from "./open-collections.ts";
import { branchKeySchema, branchKeyStore } from "./store/branch-keys.ts";
import type { StoreAdapter } from "./store/database.ts";
import { migrate } from "./store/migrate.ts";
import { sqlite } from "./store/sqlite/index.ts";
import { guardedLogger, guardedMeter } from "./telemetry/guarded.ts";
import { silentLogger, silentMeter } from "./telemetry/silent.ts";
import { createOutbox } from "./transactions/outbox.ts";
import { checkConfig } from "./transactions/policy/config.ts";
import { createPolicy } from "./transactions/policy/create-policy.ts";
import { policySchema } from "./transactions/policy/schema.ts";
import { transactionSchema } from "./transactions/schema.ts";
import { requireTopUps, type TopUpPolicy } from "./transactions/top-ups.ts";
import { parseEndpoints } from "./transactions/webhooks/endpoints.ts";
import { createWebhooks } from "./transactions/webhooks/webhooks.ts";
import { webhookSchema } from "./transactions/webhooks/schema.ts";
import { defaultTiming } from "./transactions/worker.ts";
import { systemClock } from "./units/clock.ts";
import { Gate } from "./units/gate.ts";
import { settleAll } from "./units/settle-all.ts";
import { localRootKey } from "./vault/local/local-root-key.ts";
import { createVault } from "./vault/vault.ts";
import { backfill } from "./wallets/backfill.ts";
import { chainsByName, requireChains } from "./wallets/chains.ts";
import { EventHub } from "./wallets/events.ts";
import { hasMethods, isObject } from "./wallets/given.ts";
import { policyControls } from "./wallets/policy-controls.ts";
import { walletSchema } from "./wallets/schema.ts";
import { Services } from "./wallets/services.ts";
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
  requireTopUps(
    options.gas,
    chains.map(({ name }) => name),
  );
  // Whatever is wrong with the options shows before anything is opened.
  checkConfig(options.policy, chains);
  parseEndpoints(options.webhooks ?? []);
  const wrappingKey = options.wrappingKey ?? localRootKey(".latchkey/root.key");
  const store = options.store ?? defaultStore();
  const meter = guardedMeter(options.meter ?? silentMeter);
  const logger = guardedLogger(options.logger ?? silentLogger);

  const database = await store.open(logger);
  try {
    await migrate(database, branchKeySchema);
    await migrate(database, walletSchema);
    await migrate(database, policySchema);
    await migrate(database, transactionSchema);
    await migrate(database, webhookSchema);
    await migrate(database, collectionSchema);
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
  const events = new EventHub(logger);
  const parts = { tenant, database, macs: vault.rowMacs, clock, meter, logger };
  const policy = createPolicy({ ...parts, options: options.policy, chains });
  const webhooks =
    options.webhooks === undefined || options.webhooks.length === 0
      ? undefined
      : createWebhooks({ ...parts, endpoints: options.webhooks, workerId: randomUUID() });
  const outbox = createOutbox({
    ...parts,
    chains,
    policy,
    webhooks,
    source: {
      find: async (subject, key) =>
        subject.startsWith("user:")
          ? await wallets.senderOf(subject.slice(5), key)
          : services.senderOf(subject.slice(8), key),
      canSign: (subject, key) => subject.startsWith("user:") || services.has(key),
      service: (service, chain) => services.senderOn(service, chain),
      payer: (service) => services.signerOf(service),
    },
    tell: (event) => {
      events.emit(event.name, event);
    },
    queueLimit: options.queueLimit ?? 10_000,
    timing: defaultTiming,
    topUps: topUpsOf(options.gas),
    startsItself: options.worker !== "manual",
  });
  const wallets = new Wallets({ tenant, chains, outbox, policy, vault, database, events, clock, meter, logger });
  const services = new Services({ chains, outbox, policy });
  const gate = new Gate();
  const closing = new AbortController();
  const kip17 = openCollections({
    ...{ tenant, chains, database, outbox, policy, wallets, services, events, gate, clock, logger },
    macs: vault.rowMacs,
    closing: closing.signal,
    startsItself: options.worker !== "manual",
    watch: options.collections?.watch === true,
  });

  async function close(): Promise<void> {
    // Backfills, and waits for an index or for the door, take longer than people wait for a process to end.
    closing.abort();
    await gate.close();
    await kip17.stop();
    // Keys are wiped and connections closed whatever fails before.
    await outbox
      .close()
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
    service: (name, signer) => gate.run(() => services.register(name, signer)),
    transactions: {
      get: (idOrHash) => gate.run(() => outbox.get(idOrHash)),
      list: (listOptions) => gate.run(() => outbox.list(listOptions)),
    },
    policy: policyControls(policy, wallets, gate),
    collections: kip17.collections,
    start: () => {
      outbox.start();
      kip17.start();
    },
    drain: () => settleAll([kip17.stop(), outbox.drain()]),
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
  "policy",
  "webhooks",
  "gas",
  "queueLimit",
  "worker",
  "collections",
]);

function topUpsOf(given: LatchkeyOptions["gas"]): Readonly<Record<string, TopUpPolicy>> {
  return Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([chain, policy]) => (policy === undefined ? [] : [[chain, policy]])),
  );
}

function requireOptions(options: unknown): void {
  if (!isObject(options)) throw invalid("the options are an object with at least chains: [...]");
  const odd = Object.keys(options).find((name) => !known.has(name));
  if (odd !== undefined) throw invalid(`there is no option "${odd.slice(0, 40)}"; there are ${[...known].join(", ")}`);
  const given: Partial<Record<keyof LatchkeyOptions, unknown>> = options;
  for (const part of ["wrappingKey", "store", "meter", "logger"] as const) {
    if (given[part] !== undefined && !hasMethods(given[part], methods[part]))
      throw invalid(`${part} is none: it needs ${methods[part].join(", ")}; leave it out for the default`);
  }
  const { worker = "auto", queueLimit = 1, webhooks = [] } = given;
  if (worker !== "auto" && worker !== "manual") throw invalid("worker is auto or manual");
  if (typeof queueLimit !== "number" || !Number.isInteger(queueLimit) || queueLimit < 1 || queueLimit > 1_000_000)
    throw invalid("queueLimit is a whole number from 1 to 1,000,000");
  if (!Array.isArray(webhooks)) throw invalid("webhooks is a list of endpoints");
  requireCollectionsOptions(given.collections);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `openLatchkey: ${what}. Nothing was opened.`);
}
