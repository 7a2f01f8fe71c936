import { spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface VictimOptions {
  readonly args: readonly string[];
  readonly keys: readonly string[];
  /** Milliseconds after it began to work; undefined lets it end. */
  readonly killAfterMs?: number;
}

export interface VictimEnd {
  /** `late`: it had ended before it was to be killed; `again`: it failed by something that passes. */
  readonly how: "done" | "killed" | "late" | "again" | "failed";
  /** From its beginning to its end, without the start of the process. */
  readonly ms: number;
  readonly output: string;
}

/** Runs the migration in a process of its own, and kills it by SIGKILL at a moment. */
export async function runVictim({ args, keys, killAfterMs }: VictimOptions): Promise<VictimEnd> {
  const file = fileURLToPath(new URL("child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    env: { ...process.env, MIGRATION_KEYS: keys.join(",") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let startedAt: number | undefined;
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (startedAt !== undefined || !output.includes("ready\n")) return;
      startedAt = performance.now();
      resolve();
    });
    child.once("close", () => {
      resolve();
    });
  });
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (_, signal) => {
      resolve(signal);
    });
  });
  await Promise.race([ready, ended]);
  if (killAfterMs !== undefined) {
    await Promise.race([setTimeout(killAfterMs, undefined, { ref: false }), ended]);
    child.kill("SIGKILL");
  }
  const signal = await ended;
  const ms = performance.now() - (startedAt ?? performance.now());
  if (signal === "SIGKILL") return { how: "killed", ms, output };
  if (output.includes("again\n")) return { how: "again", ms, output };
  if (!output.includes("done\n")) return { how: "failed", ms, output };
  return { how: killAfterMs === undefined ? "done" : "late", ms, output };
}
