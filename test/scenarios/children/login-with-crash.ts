// Logs one user in at several places at once, each with a database and a root key of its own. At the first place the login
// stands still at its first point, at the second at its second, and so on; once all stand, SIGKILL ends the process. A point is
// after each query, before and after each call to the wrapping key, and before, at the end of and after each transaction.
//   argv: user id, "count" or "kill", then for each place a directory and a database URL, or "" for SQLite
// Prints "points <n>" if it is to count: how many points a login passes at the first place.
import { join } from "node:path";
import type { KyselyPlugin } from "kysely";
import { localRootKey, openLatchkey, sqlite, type StoreAdapter, type WrappingKey } from "../../../src/index.ts";
import { postgres } from "../../../src/store/postgres/index.ts";
import { twoChains } from "../../harness/offline-chain.ts";

/** Passed at each point; what it returns is waited for. */
type Point = () => Promise<unknown>;

const [userId = "", mode = "", ...locations] = process.argv.slice(2);

function storeWithPoints(adapter: StoreAdapter, point: Point): StoreAdapter {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await point();
      return result;
    },
  };
  return {
    description: adapter.description,
    open: async (logger) => {
      const database = await adapter.open(logger);
      return {
        dialect: database.dialect,
        reader: database.reader.withPlugin(plugin),
        transaction: async (work) => {
          await point();
          const result = await database.transaction(async (tx) => {
            const value = await work(tx.withPlugin(plugin));
            await point();
            return value;
          });
          await point();
          return result;
        },
        insertIfAbsent: (query) => database.insertIfAbsent(query),
        close: () => database.close(),
      };
    },
  };
}

function keyWithPoints(key: WrappingKey, point: Point): WrappingKey {
  async function between<T>(work: () => Promise<T>): Promise<T> {
    await point();
    const result = await work();
    await point();
    return result;
  }
  return {
    description: key.description,
    wrap: (...given) => between(() => key.wrap(...given)),
    unwrap: (...given) => between(() => key.unwrap(...given)),
    close: () => key.close(),
  };
}

async function logIn(directory: string, url: string, point: Point): Promise<void> {
  const store = url === "" ? sqlite(join(directory, "wallets.db")) : postgres(url);
  const latchkey = await openLatchkey({
    wrappingKey: keyWithPoints(localRootKey(join(directory, "root.key")), point),
    store: storeWithPoints(store, point),
    chains: twoChains(),
  });
  await latchkey.login(userId);
  await latchkey.close();
}

async function count(): Promise<void> {
  const [directory = "", url = ""] = locations;
  let points = 0;
  await logIn(directory, url, () => {
    points += 1;
    return Promise.resolve();
  });
  process.stdout.write(`points ${String(points)}`);
}

async function kill(): Promise<void> {
  const places = locations.length / 2;
  let standing = 0;
  await Promise.all(
    Array.from({ length: places }, async (_, place) => {
      let passed = 0;
      const point: Point = () => {
        passed += 1;
        if (passed <= place) return Promise.resolve();
        standing += 1;
        if (standing === places) process.kill(process.pid, "SIGKILL");
        return new Promise(() => undefined);
      };
      await logIn(locations[2 * place] ?? "", locations[2 * place + 1] ?? "", point);
      throw new Error(`the login at place ${String(place)} passed only ${String(passed)} points`);
    }),
  );
}

await (mode === "count" ? count() : kill());
