// npm run bench -- [--only <suite>] [--json FILE]
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { table, processTerminal } from "../src/terminal/terminal.ts";
import { gasSuite } from "./gas/suite.ts";
import { loginSuite } from "./login/suite.ts";
import { migrationSuite } from "./migration/suite.ts";
import { signingSuite } from "./signing/suite.ts";
import { transactionSuite } from "./transactions/suite.ts";
import { type Figures, flatFigures, type Suite } from "./suite.ts";

const suites: readonly Suite[] = [loginSuite, signingSuite, transactionSuite, migrationSuite, gasSuite];

const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "string" } } });
const chosen = suites.filter((suite) => values.only === undefined || suite.name === values.only);
if (chosen.length === 0) {
  process.stderr.write(
    `bench: no suite "${values.only ?? ""}"; there are: ${suites.map((suite) => suite.name).join(", ")}\n`,
  );
  process.exit(3);
}

const results: Record<string, Figures[string]> = {};
let missed = 0;
for (const suite of chosen) {
  const { figures, bars } = await suite.run((text) => process.stderr.write(`  ${text}\n`));
  Object.assign(results, figures);
  const { out, style } = processTerminal;
  out(style.bold(`\n${suite.name}`));
  out(
    table(
      ["FIGURE", "VALUE"],
      flatFigures(figures).map(([name, value]) => [name, shown(value)]),
      style,
    ),
  );
  out("");
  out(
    table(
      ["BAR", "MEASURED", "ASKED", ""],
      bars.map((bar) => [
        bar.what,
        shown(bar.measured),
        `${bar.atLeast ? ">=" : "<="} ${shown(bar.asked)}`,
        isMet(bar) ? style.green("met") : style.red("missed"),
      ]),
      style,
    ),
  );
  missed += bars.filter((bar) => !isMet(bar)).length;
}

const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
};
process.stdout.write(`\n${machine.cpu}, ${String(machine.cores)} cores, Node ${machine.node}, ${machine.date}\n`);
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify({ ...results, machine }, undefined, 2)}\n`);
process.exitCode = missed === 0 ? 0 : 1;

function isMet({ measured, asked, atLeast }: { measured: number; asked: number; atLeast: boolean }): boolean {
  return atLeast ? measured >= asked : measured <= asked;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
