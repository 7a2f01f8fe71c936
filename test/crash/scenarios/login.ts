import { join } from "node:path";
import { evmScheme } from "../../../src/chains/evm/index.ts";
import {
  isLatchkeyError,
  type Latchkey,
  LatchkeyError,
  localRootKey,
  openLatchkey,
  type StoreAdapter,
  type WrappingKey,
} from "../../../src/index.ts";
import { offlineChain, oneChain, twoChains } from "../../harness/offline-chain.ts";
import { bytesOf } from "../contracts.ts";
import { type Scene, sql } from "../scene.ts";
import type { Scenario } from "./scenario.ts";

const users = ["first", "both", "old", "more", "again", "last"] as const;

function open<Name extends string>(
  { place, store }: Pick<Scene, "place" | "store">,
  chains: Parameters<typeof openLatchkey<Name>>[0]["chains"],
  wrappingKey: WrappingKey = localRootKey(join(place.directory, "root.key")),
): Promise<Latchkey<Name>> {
  return openLatchkey({ chains, wrappingKey, store });
}

/** Logins in the company of other processes; chains that come later; keys that run out. No chain has a node. */
export const login: Scenario = {
  name: "login",
  chain: "none",
  needsBlocks: false,
  funded: [],
  orders: () => [],
  options: () => ({}),

  run: async (scene) => {
    const known = async (latchkey: Latchkey<"main">, userId: string): Promise<void> => {
      const { accounts } = await latchkey.login(userId);
      scene.tell(`${userId} ${accounts.main.address}`);
    };
    const { place, store } = scene;
    let isDown = false;
    const zero = await open({ place, store: failingStore(store, () => isDown) }, oneChain());
    isDown = true;
    await zero.login("first").catch((error: unknown) => {
      if (!isLatchkeyError(error, "ERR_STORE_UNAVAILABLE")) throw error;
    });
    await zero.close();
    const one = await open(scene, oneChain(), failingOnce(scene));
    await known(one, "first").catch((error: unknown) => {
      if (!isLatchkeyError(error, "ERR_KMS_UNAVAILABLE")) throw error;
    });
    const two = await open(scene, oneChain());
    await Promise.all([known(one, "first"), known(two, "first")]);
    for (let round = 0; round < 3; round += 1)
      await Promise.all([one, two].map((latchkey) => known(latchkey, `both-${String(round)}`)));
    for (const user of users.slice(1)) await known(one, user);
    await one.findByAddress((await one.login("old")).accounts.main.address);
    await one.wallet("old");
    await one.close();
    await two.close();
    await chainsThatComeLater(scene);
    await keysThatRunOut(scene, known);
  },

  recover: async (scene) => {
    const told = scene.told().filter((line) => line !== "");
    const latchkey = await open(scene, twoChains());
    const problems: string[] = [];
    try {
      const addresses = new Map<string, string>();
      for (const line of told) {
        const [userId = "", address] = line.split(" ");
        const wallet = await latchkey.wallet(userId);
        if (wallet?.accounts.main.address !== address) problems.push(`lost: ${line} is another wallet now, or none`);
      }
      for (const userId of new Set([...users, ...told.map((line) => line.split(" ")[0] ?? "")])) {
        const before = await latchkey.wallet(userId);
        const { id, accounts } = await latchkey.login(userId);
        if (before !== undefined && before.id !== id) problems.push(`doubled: ${userId} has two wallets`);
        if ([...addresses.values()].includes(accounts.main.address)) problems.push(`doubled: ${accounts.main.address}`);
        addresses.set(userId, accounts.main.address);
        await accounts.main.signer.signDigest(bytesOf(userId));
        await accounts.second.signer.signDigest(bytesOf(userId));
      }
    } finally {
      await latchkey.close();
    }
    return problems;
  },
};

/** A store whose first transaction fails, once it is told to. */
function failingStore(store: StoreAdapter, isArmed: () => boolean): StoreAdapter {
  return {
    description: store.description,
    open: async (logger) => {
      const database = await store.open(logger);
      let left = 1;
      return {
        dialect: database.dialect,
        reader: database.reader,
        transaction: async (work) => {
          if (isArmed() && left > 0) {
            left -= 1;
            throw new LatchkeyError("ERR_STORE_UNAVAILABLE", "The store cannot be reached.");
          }
          return await database.transaction(work);
        },
        insertIfAbsent: (query) => database.insertIfAbsent(query),
        close: () => database.close(),
      };
    },
  };
}

/** A wrapping key that cannot be reached the first time. */
function failingOnce({ place }: Scene): WrappingKey {
  const key = localRootKey(join(place.directory, "root.key"));
  let isDown = true;
  return {
    description: key.description,
    wrap: async (...given) => {
      if (!isDown) return await key.wrap(...given);
      isDown = false;
      throw new LatchkeyError("ERR_KMS_UNAVAILABLE", "The wrapping key cannot be reached.");
    },
    unwrap: (...given) => key.unwrap(...given),
    close: () => key.close(),
  };
}

async function chainsThatComeLater(scene: Scene): Promise<void> {
  const [one, two] = await Promise.all([open(scene, twoChains()), open(scene, twoChains())]);
  await Promise.all([one, two].map((latchkey) => latchkey.login("old")));
  await Promise.all([one, two].map((latchkey) => latchkey.login("more")));
  await one.backfill({ onProgress: () => Promise.resolve() });
  await one.close();
  await two.close();
  const moved = await open(scene, [offlineChain("main", evmScheme({ id: "evm", path: "m/44'/60'/0'/0/7" }))]);
  await moved.login("old").catch((error: unknown) => {
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
  });
  await moved.close();
}

/** A branch key that is full; and one that somebody claimed and never made. */
async function keysThatRunOut(
  scene: Scene,
  known: (latchkey: Latchkey<"main">, userId: string) => Promise<void>,
): Promise<void> {
  await scene.write(sql`update latchkey_branch_keys set reserved = 1048576`);
  await scene.write(sql`insert into latchkey_branch_keys (tenant, slot, claim, reserved, created_at)
    values ('default', 1, 'somebody', 0, '2026-01-01T00:00:00.000Z')`);
  const latchkey = await open(scene, oneChain());
  await known(latchkey, "late");
  await scene.write(sql`update latchkey_branch_keys set reserved = 1048576`);
  const another = await open(scene, oneChain());
  await known(another, "latest");
  // A row that says to be made with the newer key, whose maker is the older one.
  await another.policy.unfreeze({ service: "nobody" });
  await scene.write(sql`update latchkey_controls set mac_branch =
    (select branch_id || ':1' from latchkey_branch_keys where slot = 1)`);
  await another.policy.controls({ service: "nobody" }).catch((error: unknown) => {
    if (!isLatchkeyError(error, "ERR_POLICY_TAMPERED")) throw error;
  });
  await latchkey.close();
  await another.close();
}
