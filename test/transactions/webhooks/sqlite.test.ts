import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe } from "vitest";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import type { StorePlace } from "../../store/children/adapter-of.ts";
import { describeDelivery } from "./delivery-contract.ts";
import { describeTampering } from "./tampering-contract.ts";

// Budget of the file: 20 s.
describe("SQLite", () => {
  const newPlace = (): Promise<StorePlace> =>
    Promise.resolve({ dialect: "sqlite", location: join(temporaryDirectory(), `${randomUUID()}.db`) });
  describeDelivery(newPlace);
  describeTampering(newPlace);
});
