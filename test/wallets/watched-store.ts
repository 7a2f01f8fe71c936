import type { Database, StoreAdapter } from "../../src/store/database.ts";
import { recordedDatabase, type Statement } from "../store/statements.ts";

export interface WatchedStore {
  readonly adapter: StoreAdapter;
  /** What has gone through its database since it was opened, in and out of transactions. */
  statements(): readonly Statement[];
  /** How many transactions were begun. */
  transactions(): number;
  /** Waited for before each transaction; its failure is the transaction's. */
  beforeTransaction: () => Promise<unknown>;
}

/** A store that writes down what goes through it and fails as a test says. */
export function watchStore(inner: StoreAdapter): WatchedStore {
  let recorded: readonly Statement[] = [];
  let begun = 0;
  const watched: WatchedStore = {
    statements: () => recorded,
    transactions: () => begun,
    beforeTransaction: () => Promise.resolve(),
    adapter: {
      description: inner.description,
      open: async (logger): Promise<Database> => {
        const { database, statements } = recordedDatabase(await inner.open(logger));
        recorded = statements;
        return {
          ...database,
          transaction: async (work) => {
            begun += 1;
            await watched.beforeTransaction();
            return await database.transaction(work);
          },
        };
      },
    },
  };
  return watched;
}
