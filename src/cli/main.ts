import { command } from "./command.ts";
import { processTerminal } from "./terminal.ts";

process.exitCode = await command(process.argv.slice(2), process.env, processTerminal);
