// Deploys and mints a run that is planned, from wherever it stands. Says `ready` before it sends anything, and at the end `done`, or
// `again` where that may help.
import { Wallet } from "ethers";
import { evm } from "../../../src/chains/evm/index.ts";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { deployNew } from "../../../src/migration/deploy.ts";
import { mintAll } from "../../../src/migration/mint/mint-all.ts";
import { openRun } from "../../../src/migration/run-folder.ts";
import { openMigrationSenders } from "../../../src/open-migration.ts";
import { http } from "../../../src/rpc/http.ts";

const [directory = "", url = "", chainId = "", oldContract = ""] = process.argv.slice(2);
const signers = (process.env["MIGRATION_KEYS"] ?? "").split(",").map((key) => new Wallet(key));
const chain = evm({
  name: "anvil",
  chainId: Number(chainId),
  transport: http({ url, maxBatch: 500, timeoutMs: 60_000 }),
});
const run = await openRun(directory, { oldChainId: chainId, oldContract });

try {
  process.stdout.write("ready\n");
  const { senders, close } = await openMigrationSenders({ directory, chain, signers });
  const [first] = senders;
  if (first === undefined) throw new Error("No sender.");
  await deployNew(run, { chain, sender: first });
  await mintAll(run, { chain, old: { transport: chain.transport, address: oldContract }, senders });
  await close();
  await chain.close();
  process.stdout.write("done\n");
} catch (error) {
  // A node that is too busy to answer: whoever runs the step runs it again.
  if (!isLatchkeyError(error) || !error.retryable) throw error;
  process.stdout.write(`again\n${error.code} ${error.message}\n`);
  process.exit(75);
}
