import { join } from "node:path";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import { describe } from "vitest";
import { describeBranchKeys } from "./branch-key-contract.ts";
import { describeStore } from "./contract.ts";
import { describeMigrations } from "./migration-contract.ts";
import type { StorePlace } from "./children/adapter-of.ts";

const newPlace = (): Promise<StorePlace> =>
  Promise.resolve({ dialect: "sqlite", location: join(temporaryDirectory(), "test.db") });

// Budget of the file: 15 s.
describe("SQLite", () => {
  describeStore(newPlace);
  describeMigrations(newPlace);
  describeBranchKeys(newPlace);
});
