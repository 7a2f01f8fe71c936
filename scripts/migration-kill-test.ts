// npm run migration:kill-test [-- --count 200 --seed 7 --sample 0.1]: kills migrations by SIGKILL at random moments, resumes them until they
// are done, and looks whether every token is right, none was minted twice, and no transaction was wasted.
import { parseArgs } from "node:util";
import { killRuns } from "../test/migration/kill/kill-runs.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string" },
    sample: { type: "string", default: "1" },
  },
});
const share = Number(values.sample);
if (!(share > 0 && share <= 1)) throw new Error("--sample is a number above 0 and up to 1");
const asked = Number(values.count);
if (!Number.isSafeInteger(asked) || asked < 1) throw new Error("--count is a whole number from 1");
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isSafeInteger(seed)) throw new Error("--seed is a whole number");

const startedAt = performance.now();
const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(0);
const say = (line: string): void => {
  console.log(`${seconds().padStart(4)} s  ${line}`);
};
const { killed, migrations, faults } = await killRuns({ count: Math.ceil(asked * share), seed, say });
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(
  `\n${String(killed)} killed in ${String(migrations)} migrations, ${String(faults.length)} faults, seed ${String(seed)}, ${seconds()} s`,
);
process.exit(faults.length === 0 ? 0 : 1);
