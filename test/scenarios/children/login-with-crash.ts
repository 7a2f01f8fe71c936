// Logs one user in and dies, by SIGKILL, at the chosen step: before query n, or around a commit or a call to the wrapping key.
// Prints "steps <n>" if it got through.
import { join } from "node:path";
import type { KyselyPlugin } from "kysely";
import { localRootKey, openLatchkey, sqlite, type StoreAdapter, type WrappingKey } from "../../../src/index.ts";
import { twoChains } from "../../harness/offline-chain.ts";

const [directory = "", dieAt = "0", userId = ""] = process.argv.slice(2);
let step = 0;

function mayDie(): void {
  step += 1;
  if (step === Number(dieAt)) process.kill(process.pid, "SIGKILL");
}

const dyingPlugin: KyselyPlugin = {
  transformQuery: ({ node }) => {
    mayDie();
    return node;
  },
  transformResult: ({ result }) => Promise.resolve(result),
};

function dyingStore(adapter: StoreAdapter): StoreAdapter {
  return {
    description: adapter.description,
    open: async (logger) => {
      const database = await adapter.open(logger);
      return {
        dialect: database.dialect,
        reader: database.reader.withPlugin(dyingPlugin),
        transaction: async (work) => {
          mayDie();
          const result = await database.transaction(async (tx) => {
            const value = await work(tx.withPlugin(dyingPlugin));
            mayDie();
            return value;
          });
          mayDie();
          return result;
        },
        insertIfAbsent: (query) => database.insertIfAbsent(query),
        close: () => database.close(),
      };
    },
  };
}

function dyingKey(key: WrappingKey): WrappingKey {
  return {
    description: key.description,
    wrap: async (plaintext, context) => {
      mayDie();
      const wrapped = await key.wrap(plaintext, context);
      mayDie();
      return wrapped;
    },
    unwrap: async (wrapped, context) => {
      mayDie();
      const key32 = await key.unwrap(wrapped, context);
      mayDie();
      return key32;
    },
    close: () => key.close(),
  };
}

const latchkey = await openLatchkey({
  wrappingKey: dyingKey(localRootKey(join(directory, "root.key"))),
  store: dyingStore(sqlite(join(directory, "wallets.db"))),
  chains: twoChains(),
});
await latchkey.login(userId);
mayDie();
await latchkey.close();
process.stdout.write(`steps ${String(step)}`);
