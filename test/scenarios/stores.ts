import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { sqlite, type StoreAdapter } from "../../src/index.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { startPostgres } from "../harness/postgres.ts";

/** Where a scenario stores: a new database for each directory. */
export interface StoreUnderTest {
  readonly name: string;
  storeIn(directory: string): StoreAdapter | Promise<StoreAdapter>;
}

export const sqliteUnderTest: StoreUnderTest = {
  name: "SQLite",
  storeIn: (directory) => sqlite(join(directory, "wallets.db")),
};

/** PostgreSQL for the suite that calls this: started before its tests, stopped after them. */
export function postgresUnderTest(): StoreUnderTest {
  let server: Awaited<ReturnType<typeof startPostgres>> | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server?.stop();
  });
  const databases = new Map<string, Promise<string>>();
  return {
    name: "PostgreSQL",
    storeIn: async (directory) => {
      if (server === undefined) throw new Error("the server is not up");
      const url = databases.get(directory) ?? server.createDatabase(`t${randomUUID().replaceAll("-", "")}`);
      databases.set(directory, url);
      return postgres(await url);
    },
  };
}
