import { expect } from "vitest";
import { command } from "../../../src/cli/command.ts";
import { styleFor, type Terminal } from "../../../src/terminal/terminal.ts";
import type { Observed } from "./observed.ts";

/** Every command line that comes to mind, well-formed or not, some with a URL where there should be none. */
export async function runCommands(observed: Observed, database: string, url: string): Promise<void> {
  const terminal: Terminal = {
    out: (text) => {
      observed.add("cli stdout", text);
    },
    err: (text) => {
      observed.add("cli stderr", text);
    },
    style: styleFor(process.stdout),
  };
  const run = (argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> =>
    command(argv, environment, terminal);
  const show = ["wallets", "show", "alice"];
  const inEnvironment = { LATCHKEY_DATABASE_URL: url };

  expect(await run([...show, "--database", database])).toBe(0);
  expect(await run([...show, "--database", database, "--json"])).toBe(0);
  expect(await run(show, inEnvironment)).toBe(0);
  expect(await run([...show, "--json"], inEnvironment)).toBe(0);
  expect(await run(["wallets", "show", "nobody"], inEnvironment)).toBe(1);
  expect(await run(show, { LATCHKEY_DATABASE_URL: url.replace(/:\d+\//, ":9/") })).toBe(2);
  expect(await run(show, { LATCHKEY_DATABASE_URL: `${url}x` })).toBe(2);
  expect(await run(show, { LATCHKEY_DATABASE_URL: url.slice(3) })).toBe(3);
  expect(await run([...show, "--database", database], inEnvironment)).toBe(3);
  for (const argv of [
    [...show, "--database", url],
    [...show, `--database=${url}`],
    [...show, url],
    [...show, `--url=${url}`],
    [...show, `--${url}`],
    [...show, `-${url}`],
    [...show, `--json=${url}`],
    ["wallets", url],
    [url],
    [`--${url}`],
  ]) {
    expect(await run(argv), argv.join(" ")).toBe(3);
  }
  for (const argv of [["--help"], ["--version"], ["wallets", "--help"], [...show, "--help"]]) {
    expect(await run(argv)).toBe(0);
  }
}
