import { command } from "./command.ts";
import { processTerminal } from "../terminal/terminal.ts";

process.exitCode = await command(process.argv.slice(2), process.env, processTerminal);
