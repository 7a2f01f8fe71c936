import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { evm } from "../../src/chains/evm/index.ts";
import { kaia } from "../../src/chains/kaia/index.ts";
import { http, type Latchkey, localRootKey, openLatchkey, sqlite, type WrappingKey } from "../../src/index.ts";
import { median, ratePerSecond, sideBySide } from "../measure.ts";

const inFlight = 64;
const rounds = 5;
const perRound = 800;

/** An EVM chain and Kaia, whose accounts need two leaf keys. No node is asked at login, so none runs. */
async function openInDirectory(directory: string, wrappingKey: WrappingKey): Promise<Latchkey<"one" | "two">> {
  const transport = http("http://127.0.0.1:9");
  return await openLatchkey({
    wrappingKey,
    store: sqlite(join(directory, "wallets.db")),
    chains: [evm({ name: "one", chainId: 1, transport }), kaia({ name: "two", chainId: 8217, transport })],
  });
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** New and existing users on SQLite with a local root key, beside ethers' bare key generation. */
export async function measureLogins(): Promise<{ newWallets: number; createRandom: number; existing: number }> {
  return await inDirectory(async (directory) => {
    const latchkey = await openInDirectory(directory, localRootKey(join(directory, "root.key")));
    try {
      await latchkey.login("warm-up");
      Wallet.createRandom();
      const rate = await sideBySide(rounds, {
        newWallets: (round) =>
          ratePerSecond(perRound, inFlight, (index) => latchkey.login(`user-${String(round)}-${String(index)}`)),
        createRandom: () => ratePerSecond(120, 1, () => Promise.resolve(Wallet.createRandom())),
      });
      const total = rounds * perRound;
      const existing: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        existing.push(
          await ratePerSecond(40_000, inFlight, (index) => {
            const at = (index * 7919) % total;
            return latchkey.login(`user-${String(Math.floor(at / perRound))}-${String(at % perRound)}`);
          }),
        );
      }
      return { newWallets: rate("newWallets"), createRandom: rate("createRandom"), existing: median(existing) };
    } finally {
      await latchkey.close();
    }
  });
}

/** Makes so many users under a wrapping key. Returns users per second. */
export async function makeUsers(count: number, wrappingKey: WrappingKey): Promise<number> {
  return await inDirectory(async (directory) => {
    const latchkey = await openInDirectory(directory, wrappingKey);
    try {
      return await ratePerSecond(count, inFlight, (index) => latchkey.login(`user-${String(index)}`));
    } finally {
      await latchkey.close();
    }
  });
}
