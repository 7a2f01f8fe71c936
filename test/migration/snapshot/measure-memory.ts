import { openRun } from "../../../src/migration/run-folder.ts";
import { takeSnapshot } from "../../../src/migration/snapshot/take-snapshot.ts";
import { simulatedOld } from "../harness/simulated-old.ts";

// node measure-memory.ts DIRECTORY TOKENS: takes a snapshot of a simulated collection in this process, and says what it took.
const [directory = "", count = "0"] = process.argv.slice(2);
const tokens = Number(count);
const old = simulatedOld(tokens, Math.ceil(tokens / 3));
const run = await openRun(directory, { oldChainId: "31337", oldContract: old.address });
const before = process.resourceUsage().maxRSS;
const { seconds, tokens: found, owners, root } = await takeSnapshot(run, old);
// In KiB, of the process's whole life.
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ tokens: found, owners, root, seconds, before, maxRSS }));
