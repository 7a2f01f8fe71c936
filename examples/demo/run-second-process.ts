import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./second-process.ts", import.meta.url));

/** What a process of the backend saw: addresses by user, and its own counts. */
export interface ProcessOutcome {
  readonly addresses: Readonly<Record<string, string>>;
  readonly wrappingKeyCalls: number;
  readonly walletsCreated: number;
}

/** Logs users in from another process. */
export async function loginElsewhere(
  directory: string,
  rpcUrl: string,
  chainId: number,
  users: readonly string[],
): Promise<ProcessOutcome> {
  const args = ["--disable-warning=ExperimentalWarning", script, directory, rpcUrl, String(chainId), ...users];
  const { stdout } = await run(process.execPath, args);
  const outcome: unknown = JSON.parse(stdout);
  if (!isOutcome(outcome)) throw new Error("the second process printed something else");
  return outcome;
}

function isOutcome(value: unknown): value is ProcessOutcome {
  return (
    typeof value === "object" &&
    value !== null &&
    "addresses" in value &&
    "wrappingKeyCalls" in value &&
    "walletsCreated" in value
  );
}
