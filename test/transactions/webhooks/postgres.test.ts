import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import type { StorePlace } from "../../store/children/adapter-of.ts";
import { describeDelivery } from "./delivery-contract.ts";
import { describeTampering } from "./tampering-contract.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

// Budget of the file: 30 s, the server's start included.
describe("PostgreSQL", () => {
  const newPlace = async (): Promise<StorePlace> => ({
    dialect: "postgres",
    location: await server.createDatabase(randomUUID()),
  });
  describeDelivery(newPlace);
  describeTampering(newPlace);
});
