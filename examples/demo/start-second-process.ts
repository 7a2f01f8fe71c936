import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Nodes } from "./backend.ts";

const script = fileURLToPath(new URL("./second-process.ts", import.meta.url));

/** What a process of the backend saw: addresses by user, and its own counts. */
export interface ProcessOutcome {
  readonly addresses: Readonly<Record<string, string>>;
  readonly wrappingKeyCalls: number;
  readonly walletsCreated: number;
}

/** Another process of the backend, open and waiting. */
export interface SecondProcess {
  /** Lets it log its users in; resolves when it has ended. */
  login(): Promise<ProcessOutcome>;
}

/** Starts another process of the backend; resolves when it is ready to log users in. */
export async function startSecondProcess(
  directory: string,
  { evm, kaia }: Nodes,
  users: readonly string[],
): Promise<SecondProcess> {
  const nodes = [evm.url, String(evm.chainId), kaia.url, String(kaia.chainId)];
  const args = ["--disable-warning=ExperimentalWarning", script, directory, ...nodes, ...users];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  process.once("exit", () => child.kill());
  await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => {
      throw new Error("the second process ended before it was ready");
    }),
  ]);
  return {
    login: async () => {
      child.stdin.end("go\n");
      const outcome: unknown = JSON.parse(await text(child.stdout));
      if (!isOutcome(outcome)) throw new Error("the second process printed something else");
      return outcome;
    },
  };
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
