import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { isRecord } from "../../../scripts/guards.ts";
import type { Anvil } from "../../harness/anvil.ts";
import type { StorePlace } from "../../store/children/adapter-of.ts";
import type { BackendOptions } from "../children/backend-options.ts";
import { quick } from "./scene.ts";

const program = fileURLToPath(new URL("../children/backend.ts", import.meta.url));

/** A backend in a process of its own; killed when the test ends. */
export interface Backend {
  /** Sends values in their order, or all at once. Answers with an id or an error's code for each. */
  send(from: string, to: string, values: readonly bigint[], isAtOnce?: boolean): Promise<readonly string[]>;
  start(): Promise<void>;
  drain(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface BackendPlace {
  readonly node: Anvil;
  readonly place: StorePlace;
  readonly directory: string;
}

/** @param options - `services`: private keys by name. */
export function startBackend(
  { node, place, directory }: BackendPlace,
  options: Partial<BackendOptions> & Pick<BackendOptions, "services">,
): Backend {
  const all: BackendOptions = {
    place,
    rootKey: join(directory, "root.key"),
    url: node.url,
    chainId: node.chainId,
    profile: quick,
    worker: "auto",
    queueLimit: 10_000,
    ...options,
  };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, JSON.stringify(all)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await closed;
  };
  onTestFinished(kill);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const call = async (command: Readonly<Record<string, unknown>>): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value }: { value?: unknown } = await lines.next();
    const answer: unknown = typeof value === "string" ? JSON.parse(value) : expect.fail("the backend ended");
    return isRecord(answer) ? answer["answer"] : undefined;
  };
  return {
    send: async (from, to, values, isAtOnce = true) => {
      const answer = await call({ do: "send", from, to, values: values.map(String), isAtOnce });
      return Array.isArray(answer) ? answer.map(String) : expect.fail("no list came back");
    },
    start: async () => {
      await call({ do: "start" });
    },
    drain: async () => {
      await call({ do: "drain" });
    },
    kill,
  };
}
