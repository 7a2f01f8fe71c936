import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { http, localRootKey, openLatchkey, sqlite } from "../../src/index.ts";
import { evm } from "../../src/chains/evm/index.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { type Anvil, startAnvil } from "../../test/harness/anvil.ts";
import { type PostgresServer, startPostgres } from "../../test/harness/postgres.ts";
import { countPayments, sink, untilMined } from "./chain.ts";
import { makeReady } from "./race.ts";
import type { BareLoop, SendMany } from "./send-many.ts";

export interface Workload {
  readonly senders: number;
  /** Transactions of each sender. */
  readonly each: number;
  readonly processes: number;
}

export interface Outcome {
  readonly perSecond: number;
  readonly lost: number;
  readonly doubled: number;
}

const sendMany = new URL("children/send-many.ts", import.meta.url);
const bareLoop = new URL("children/bare-loop.ts", import.meta.url);

/** From the first send to the last block, on a node of its own. */
export async function measureOutbox(store: PostgresServer | "sqlite", work: Workload): Promise<Outcome> {
  const { senders, each, processes } = work;
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  const anvil = await startAnvil();
  try {
    const database =
      store === "sqlite"
        ? join(directory, "wallets.db")
        : await store.createDatabase(`bench${randomBytes(6).toString("hex")}`);
    const rootKey = join(directory, "root.key");
    const userIds = Array.from({ length: senders }, (_, index) => `user-${String(index)}`);
    const addresses = await makeUsers(anvil, database, rootKey, userIds);
    const given = Array.from({ length: processes }, (_, index): SendMany => ({
      rpcUrl: anvil.url,
      chainId: anvil.chainId,
      database,
      rootKey,
      userIds,
      each: each / processes,
      first: index,
      step: processes,
      hasKeys: false,
      to: sink,
    }));
    return await timed(anvil, sendMany, given, addresses, senders * each);
  } finally {
    await anvil.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The same payments by a loop without a library. */
export async function measureBareLoop({
  senders,
  each,
  inFlight,
}: {
  readonly senders: number;
  readonly each: number;
  readonly inFlight: number;
}): Promise<Outcome> {
  const anvil = await startAnvil();
  try {
    const wallets = Array.from({ length: senders }, () => new Wallet(`0x${randomBytes(32).toString("hex")}`));
    for (const { address } of wallets) await anvil.setBalance(address, 10n ** 20n);
    const given: BareLoop = {
      rpcUrl: anvil.url,
      chainId: anvil.chainId,
      keys: wallets.map(({ privateKey }) => privateKey),
      each,
      inFlight,
      to: sink,
    };
    return await timed(
      anvil,
      bareLoop,
      [given],
      wallets.map(({ address }) => address),
      senders * each,
    );
  } finally {
    await anvil.stop();
  }
}

async function timed(
  anvil: Anvil,
  file: URL,
  given: readonly object[],
  addresses: readonly string[],
  count: number,
): Promise<Outcome> {
  const runners = await makeReady(file, given);
  const startMs = performance.now();
  runners.go();
  await untilMined(anvil, addresses, count);
  const seconds = (performance.now() - startMs) / 1000;
  runners.finish();
  await runners.ended;
  const { paid, doubled } = await countPayments(anvil);
  return { perSecond: count / seconds, lost: count - paid, doubled };
}

async function makeUsers(
  anvil: Anvil,
  database: string,
  rootKey: string,
  userIds: readonly string[],
): Promise<readonly string[]> {
  const latchkey = await openLatchkey({
    chains: [evm({ name: "main", chainId: anvil.chainId, transport: http(anvil.url) })],
    store: database.startsWith("postgres:") ? postgres(database) : sqlite(database),
    wrappingKey: localRootKey(rootKey),
  });
  try {
    const wallets = await Promise.all(userIds.map((userId) => latchkey.login(userId)));
    const addresses = wallets.map((wallet) => wallet.accounts.main.address);
    for (const address of addresses) await anvil.setBalance(address, 10n ** 20n);
    return addresses;
  } finally {
    await latchkey.close();
  }
}

export { startPostgres };
