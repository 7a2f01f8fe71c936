import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import { describeDelivery } from "./delivery-contract.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

// Budget of the file: 20 s, the server's start included.
describe("PostgreSQL", () => {
  describeDelivery(async () => ({ dialect: "postgres", location: await server.createDatabase(randomUUID()) }));
});
