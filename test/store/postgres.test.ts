import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { type PostgresServer, startPostgres } from "../harness/postgres.ts";
import { describeBranchKeys } from "./branch-key-contract.ts";
import { describeStore } from "./contract.ts";
import { describeMigrations } from "./migration-contract.ts";
import type { StorePlace } from "./children/adapter-of.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const newPlace = async (): Promise<StorePlace> => ({
  dialect: "postgres",
  location: await server.createDatabase(randomUUID()),
});

// Budget of the file: 25 s, the server's start included.
describe("PostgreSQL", () => {
  describeStore(newPlace);
  describeMigrations(newPlace);
  describeBranchKeys(newPlace);
});
