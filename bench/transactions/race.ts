import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Processes that stand ready. */
export interface Runners {
  /** Has them all begin. */
  go(): void;
  /** Lets them end. */
  finish(): void;
  /** Resolves when each has ended. */
  readonly ended: Promise<void>;
}

/** Starts processes of a file, one for each argument, and waits until all are ready. */
export async function makeReady(file: URL, args: readonly object[]): Promise<Runners> {
  const runners = await Promise.all(args.map((given) => start(file, JSON.stringify(given))));
  return {
    go: () => {
      for (const { go } of runners) go();
    },
    finish: () => {
      for (const { go } of runners) go();
    },
    ended: Promise.all(runners.map(({ ended }) => ended)).then(() => undefined),
  };
}

async function start(file: URL, argument: string): Promise<{ readonly go: () => void; readonly ended: Promise<void> }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", fileURLToPath(file), argument], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a process of the benchmark ended with ${String(code)}`));
    });
  });
  await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once("line", resolve)),
    ended.then(() => Promise.reject(new Error("it ended before it was ready"))),
  ]);
  return { go: () => child.stdin.write("go\n"), ended };
}
