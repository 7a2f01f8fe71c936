import { readFileSync } from "node:fs";
import { isLatchkeyError } from "../errors/latchkey-error.ts";
import { quoted, UsageError } from "./arguments.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { walletsShow, walletsShowHelp } from "./wallets-show.ts";

const help = `Usage: latchkey <command> [options]

Commands:
  wallets show <userId>   what the store has of one user's wallet

Options:
  --help, -h      this text; after a command, that command's
  --version, -v   the version

Exit codes: 0 ok, 1 not found, 2 failed, 3 bad arguments.`;

/** Runs one command line. Never throws: what goes wrong becomes a line on stderr and an exit code. */
export async function command(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<ExitCode> {
  try {
    return await dispatch(argv, environment, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`latchkey: ${error.message}\nRun latchkey --help.`);
      return exitCodes.usage;
    }
    if (isLatchkeyError(error)) {
      terminal.err(`latchkey: ${error.code}: ${error.message}`);
      return error.code === "ERR_USER_ID_INVALID" || error.code === "ERR_CONFIG_INVALID"
        ? exitCodes.usage
        : exitCodes.failed;
    }
    // A foreign error's message may hold anything; its name cannot.
    terminal.err(`latchkey: unexpected ${error instanceof Error ? error.name : typeof error}`);
    return exitCodes.failed;
  }
}

async function dispatch(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<ExitCode> {
  const [name, subcommand, ...rest] = argv;
  if (name === "wallets") {
    if (subcommand === "show") return await walletsShow(rest, environment, terminal);
    if (subcommand === undefined || subcommand === "--help" || subcommand === "-h") {
      terminal.out(walletsShowHelp);
      return subcommand === undefined ? exitCodes.usage : exitCodes.ok;
    }
    throw new UsageError(`unknown command of wallets: ${quoted(subcommand)}`);
  }
  if (name === "--version" || name === "-v") {
    terminal.out(version());
    return exitCodes.ok;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.out(help);
    return name === undefined ? exitCodes.usage : exitCodes.ok;
  }
  throw new UsageError(`unknown command: ${quoted(name)}`);
}

function version(): string {
  // Two levels up from src/cli, one from dist.
  for (const path of ["../package.json", "../../package.json"]) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
    } catch {
      continue;
    }
  }
  return "unknown";
}
