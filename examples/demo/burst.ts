import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Anvil } from "../../test/harness/anvil.ts";
import type { Nodes } from "./backend.ts";
import { payee, payments, processNames } from "./burst-payments.ts";
import type { Report } from "./report.ts";

/** What `--json` tells of the payments, as they were counted on the chain. */
export interface Burst {
  readonly sent: number;
  readonly once: number;
  readonly lost: number;
  readonly doubled: number;
}

const script = fileURLToPath(new URL("./burst-process.ts", import.meta.url));
/** So many of its payments the first process has asked for when it is killed. */
const killedAfter = 25;

/** Two processes pay from the same accounts; one is killed half-way and started again. The chain is what tells the outcome. */
export async function burst(
  directory: string,
  nodes: Nodes,
  anvil: Pick<Anvil, "request">,
  { line, done }: Pick<Report, "line" | "done">,
): Promise<Burst> {
  const start = (name: string): Run => startProcess(directory, nodes, name);
  let startMs = performance.now();
  const [first = "", second = ""] = processNames;
  const killed = start(first);
  await killed.begun;
  const other = start(second);
  const asked = await killed.kill(killedAfter);
  done(`Process 1 is killed (SIGKILL): it had asked for ${String(asked)} of its 50 payments`, startMs);

  startMs = performance.now();
  await Promise.all([start(first).ended, other.ended]);
  done("Started again, it asks for all 50 by the same keys; the dead one's senders pass on after 10 s", startMs);
  const counted = await countOnChain(anvil);
  line(
    `${String(counted.sent)} payments from two accounts: ${String(counted.once)} on the chain once, ${String(counted.lost)} lost, ${String(counted.doubled)} doubled`,
  );
  return counted;
}

interface Run {
  /** Resolves when it has asked for a payment: it is the one that sends, then. */
  readonly begun: Promise<unknown>;
  /** Resolves when it has ended well. */
  readonly ended: Promise<void>;
  /** Kills it when it has asked for so many payments; resolves with how many it came to. */
  kill(after: number): Promise<number>;
}

function startProcess(directory: string, { evm, kaia }: Nodes, name: string): Run {
  const args = [script, directory, evm.url, String(evm.chainId), kaia.url, String(kaia.chainId), name];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  let asked = 0;
  let mostAsked = Infinity;
  const lines = createInterface(child.stdout);
  lines.on("line", (text) => {
    if (text.startsWith("asked")) asked += 1;
    if (asked >= mostAsked) child.kill("SIGKILL");
  });
  const exited = exitOf(child);
  return {
    begun: Promise.race([once(lines, "line"), exited]),
    get ended() {
      return exited.then(({ code, signal }) => {
        if (code !== 0) throw new Error(`a process of the burst ended with ${signal ?? String(code)}`);
      });
    },
    kill: async (after) => {
      mostAsked = after;
      const { signal } = await exited;
      if (signal !== "SIGKILL") throw new Error("process 1 ended before it was killed");
      return asked;
    },
  };
}

function exitOf(child: ChildProcess): Promise<{ readonly code: number | null; readonly signal: string | null }> {
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
}

/** Looks through every block for the payments, each known by its amount. */
async function countOnChain(anvil: Pick<Anvil, "request">): Promise<Burst> {
  const expected = processNames.flatMap(payments).map(({ value }) => value);
  const times = new Map<bigint, number>();
  const newest = Number(await anvil.request("eth_blockNumber"));
  for (let height = 1; height <= newest; height += 1) {
    const block = await anvil.request("eth_getBlockByNumber", `0x${height.toString(16)}`, true);
    for (const { to, value } of transactionsOf(block)) {
      if (to?.toLowerCase() !== payee.toLowerCase()) continue;
      times.set(BigInt(value), (times.get(BigInt(value)) ?? 0) + 1);
    }
  }
  const count = (holds: (seen: number) => boolean): number =>
    expected.filter((value) => holds(times.get(value) ?? 0)).length;
  return {
    sent: expected.length,
    once: count((seen) => seen === 1),
    lost: count((seen) => seen === 0),
    doubled: count((seen) => seen > 1),
  };
}

function transactionsOf(block: unknown): readonly { readonly to: string | null; readonly value: string }[] {
  if (typeof block !== "object" || block === null || !("transactions" in block) || !Array.isArray(block.transactions))
    throw new Error("the node has no such block");
  return block.transactions.map((transaction: unknown) => {
    if (typeof transaction !== "object" || transaction === null || !("to" in transaction) || !("value" in transaction))
      throw new Error("the node's block is odd");
    const { to, value } = transaction;
    return { to: typeof to === "string" ? to : null, value: String(value) };
  });
}
