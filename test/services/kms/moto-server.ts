import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { python } from "../python.ts";

export interface MotoServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts moto on a free port of this machine. */
export async function startMoto(): Promise<MotoServer> {
  const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const close = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  const lines: string[] = [];
  const reader = createInterface({ input: child.stderr });
  for await (const line of reader) {
    lines.push(line);
    const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (endpoint === undefined) continue;
    // It logs each request; unread, the pipe would fill.
    child.stderr.resume();
    return { endpoint, close };
  }
  await close();
  throw new Error(`moto ended before it listened:\n${lines.join("\n")}`);
}
