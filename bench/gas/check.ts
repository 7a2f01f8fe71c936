// Measures the gas again and compares it with bench/gas/snapshot.json, figure by figure.
//
//   node bench/gas/check.ts           writes the snapshot
//   node bench/gas/check.ts --check   changes nothing; exit code 1 if a figure is another
import { readFile, writeFile } from "node:fs/promises";
import { type Figures, isFigures } from "../suite.ts";
import { measureGas } from "./measure-gas.ts";
import { differences } from "./snapshot.ts";

const file = new URL("snapshot.json", import.meta.url);

async function readSnapshot(): Promise<Figures> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, "utf8"));
    return isFigures(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

const measured = await measureGas((text) => process.stderr.write(`  ${text}\n`));
const changes = differences(await readSnapshot(), measured);
for (const change of changes) console.log(change);
if (changes.length === 0) {
  console.log("bench/gas/snapshot.json is up to date.");
} else if (process.argv.includes("--check")) {
  console.error(
    `${String(changes.length)} figures are not those of bench/gas/snapshot.json. If that is meant: node bench/gas/check.ts`,
  );
  process.exitCode = 1;
} else {
  await writeFile(file, `${JSON.stringify(measured, undefined, 2)}\n`);
  console.log("bench/gas/snapshot.json written.");
}
