// Brings all tables up to date, as every process does when it starts.
//   argv: dialect, location
import { branchKeySchema } from "../../../src/store/branch-keys.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { walletSchema } from "../../../src/wallets/schema.ts";
import { adapterOf, placeFromArguments } from "./adapter-of.ts";

const database = await adapterOf(placeFromArguments()).open(silentLogger);
for (const schema of [branchKeySchema, walletSchema]) await migrate(database, schema);
await database.close();
console.log("done");
