import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Wallet } from "ethers";
import { sql, type RawBuilder } from "kysely";
import { evm } from "../../src/chains/evm/index.ts";
import { type ChainAdapter, http, type Latchkey, localRootKey, openLatchkey, sqlite } from "../../src/index.ts";
import type { LatchkeyOptions } from "../../src/latchkey.ts";
import type { ChainProfile } from "../../src/ports/chain-profile.ts";
import { anvil } from "../../src/profiles/profiles.ts";
import type { StoreAdapter } from "../../src/store/database.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import type { Signer } from "../../src/ports/signer.ts";
import { silentLogger } from "../../src/telemetry/silent.ts";
import type { TransactionHandle } from "../../src/transactions/handle.ts";
import type { SendingAccount } from "../../src/wallets/account.ts";
import { publicKeyOf } from "../../src/vault/derivation/leaf-keys.ts";
import { signDigest } from "../harness/sign-digest.ts";
import { bytesOf } from "./contracts.ts";
import { type Faults, faultyTransport } from "./faulty-transport.ts";
import type { PlaceJob } from "./job.ts";
import { type TestNode } from "./node.ts";
import { doing } from "./points.ts";
import { type Order, type OrderBook, ordersOf } from "./orders.ts";

/** What a scenario works with at one place; the same in the process that is killed and in the one that goes on. */
export interface Scene {
  readonly place: PlaceJob;
  readonly node: TestNode;
  readonly hooksUrl: string;
  readonly orders: OrderBook;
  /** Of the node, at this place; none where the process goes on. */
  readonly faults: Faults;
  readonly store: StoreAdapter;
  /** Holds the service account's key outside Latchkey too. */
  readonly treasury: Wallet;
  /** Whether Latchkey is given that account as one that signs digests. */
  readonly signsDigests: boolean;
  open(options?: Partial<LatchkeyOptions<"main">>): Promise<Latchkey<"main">>;
  /** Together with the other places; in the process that goes on there is nothing to wait for. */
  meet(action: () => Promise<unknown>): Promise<void>;
  /** Tells the process that goes on what the killed one was told: `<name> <what>`, on disk before this returns. */
  tell(line: string): void;
  /** What was told. */
  told(): readonly string[];
  /** Writes to the database behind Latchkey's back. */
  write(statement: RawBuilder<unknown>): Promise<void>;
}

/** Anvil's profile, with little patience. */
export const fast: ChainProfile = {
  ...anvil,
  stuckAfterMs: 600,
  rebroadcastMs: 400,
  pollMs: 50,
  inFlight: 16,
  inFlightWhenFull: 4,
};

export function mainChain(
  { url, chainId }: TestNode,
  profile: ChainProfile = fast,
  faults: Faults = {},
): ChainAdapter<"main"> {
  return evm({ name: "main", chainId, transport: faultyTransport(http(url), faults), profile });
}

function storeOf({ directory, url }: PlaceJob): StoreAdapter {
  return url === "" ? sqlite(join(directory, "wallets.db")) : postgres({ url, poolSize: 4 });
}

export function sceneOf(
  place: PlaceJob,
  node: TestNode,
  hooksUrl: string,
  meet: Scene["meet"],
  { options: base, chain }: { options(scene: Scene): Partial<LatchkeyOptions<"main">>; readonly chain: string },
): Scene {
  const isKaia = chain === "kaia";
  const store = storeOf(place);
  const scene: Scene = {
    place,
    node,
    hooksUrl,
    store,
    meet,
    orders: ordersOf(place.name),
    faults: {},
    signsDigests: isKaia,
    treasury: new Wallet(`0x${bytesOf(place.name, "treasury").toString("hex")}`),
    open: (options = {}) =>
      openLatchkey({
        chains: [mainChain(node, fast, scene.faults)],
        wrappingKey: localRootKey(join(place.directory, "root.key")),
        store,
        ...base(scene),
        ...options,
      }),
    tell: (line) => {
      appendFileSync(join(place.directory, "told"), `${line}\n`);
    },
    told: () => {
      const file = join(place.directory, "told");
      return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    },
    write: async (statement) => {
      const database = await store.open(silentLogger);
      try {
        await database.transaction((tx) => statement.execute(tx));
      } finally {
        await database.close();
      }
    },
  };
  return scene;
}

/** The account that an order is sent from; users' wallets are made where they are not there yet. */
export async function accountFor(
  latchkey: Latchkey<"main">,
  scene: Scene,
  from: string,
): Promise<SendingAccount<"main">> {
  if (from.startsWith("service:")) return (await latchkey.service(from.slice(8), signerFor(scene))).accounts.main;
  return (await latchkey.login(from)).accounts.main;
}

/** Kaia's fee payers sign digests, which is not what ethers' signers do. */
function signerFor({ treasury, signsDigests }: Scene): Signer | Wallet {
  if (!signsDigests) return treasury;
  const key = Buffer.from(treasury.privateKey.slice(2), "hex");
  return {
    address: treasury.address,
    signDigest: (digest) => Promise.resolve(signDigest(digest, key, publicKeyOf(key))),
  };
}

/** Sends, and tells by which id it was taken. */
export async function place(latchkey: Latchkey<"main">, scene: Scene, order: Order): Promise<TransactionHandle> {
  const account = await accountFor(latchkey, scene, order.from);
  const handle = await account.send(order.intent, order.options);
  scene.tell(`${order.name} ${handle.id}`);
  return handle;
}

/** Money for everybody who sends. */
export async function fund(latchkey: Latchkey<"main">, scene: Scene, from: readonly string[]): Promise<void> {
  for (const name of from) {
    const { address } = await accountFor(latchkey, scene, name);
    await scene.node.setBalance(address, 10n ** 18n);
  }
}

export { sql };

/** Looks again and again until it is so. */
export async function until(what: string, look: () => Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  doing(`waits until ${what}`);
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await look())) {
    if (performance.now() > giveUpAt) throw new Error(`it never came about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
