import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe } from "vitest";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { describeDelivery } from "./delivery-contract.ts";

// Budget of the file: 10 s.
describe("SQLite", () => {
  describeDelivery(() =>
    Promise.resolve({ dialect: "sqlite", location: join(temporaryDirectory(), `${randomUUID()}.db`) }),
  );
});
