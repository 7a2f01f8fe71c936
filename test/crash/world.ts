import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startAnvil } from "../harness/anvil.ts";
import { type PostgresServer, startPostgres } from "../harness/postgres.ts";
import { startKaiaNode } from "../kaia-node/index.ts";
import { ledger, refuser } from "./contracts.ts";
import { isReport, type Job, type Report } from "./job.ts";
import type { Target } from "./points.ts";
import type { Scenario } from "./scenarios/scenario.ts";

export type StoreName = "SQLite" | "PostgreSQL";

/** Nodes, a database server and a receiver of webhooks, for one store's runs one after another. */
export interface World {
  readonly store: StoreName;
  /** Runs the scenario at one place for each target, to its death, and then goes on at all of them. */
  play(scenario: Scenario, targets: readonly (Target | null)[]): Promise<Played>;
  close(): Promise<void>;
}

export interface Played {
  readonly run: Report;
  readonly recovery: Report;
}

interface Chain {
  readonly url: string;
  readonly chainId: number;
  request(method: string, ...params: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

const directory = fileURLToPath(new URL(".", import.meta.url));
const runTimeoutMs = 75_000;

export async function openWorld(store: StoreName, sources: Readonly<Record<string, string>>): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), "latchkey-crash-"));
  const sourcesFile = join(home, "sources.json");
  writeFileSync(sourcesFile, JSON.stringify(sources));
  const kaia = await startKaiaNode();
  const hooks = await startHooks((address, wei) => kaia.setBalance(address, wei));
  const databases: PostgresServer | undefined =
    store === "PostgreSQL" ? await startPostgres({ settings: ["max_connections=600"] }) : undefined;
  let plays = 0;

  async function child(job: Job): Promise<Report> {
    const file = join(home, `${job.phase}.json`);
    writeFileSync(file, JSON.stringify(job));
    rmSync(job.report, { force: true });
    // What stands still for ever is collected, and Node warns of the files that it had open.
    const args = ["--import", join(directory, "load-sources.ts"), join(directory, "child.ts"), file];
    const running = spawn(process.execPath, ["--no-warnings", ...args], {
      env: { ...process.env, CRASH_SOURCES: job.phase === "run" ? sourcesFile : join(home, "none.json") },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const timer = setTimeout(() => running.kill("SIGKILL"), job.timeoutMs + 60_000);
    const { code, signal } = await exitOf(running);
    clearTimeout(timer);
    const ended = job.phase === "run" ? signal === "SIGKILL" : code === 0;
    if (!ended)
      throw new Error(`${job.scenario}: the process that was to ${job.phase} ended with ${String(code ?? signal)}`);
    const report: unknown = JSON.parse(readFileSync(job.report, "utf8"));
    if (!isReport(report)) throw new Error(`${job.scenario}: no report`);
    return report;
  }

  writeFileSync(join(home, "none.json"), "{}");
  return {
    store,
    play: async (scenario, targets) => {
      plays += 1;
      const chain: Chain = scenario.chain === "kaia" ? { ...kaia, stop: () => Promise.resolve() } : await freshAnvil();
      const names = targets.map((_, index) => `p${String(plays)}x${String(index)}`);
      try {
        const places = await Promise.all(
          targets.map(async (target, index) => {
            const name = names[index] ?? "";
            const place = join(home, name);
            mkdirSync(place);
            return { name, directory: place, url: (await databases?.createDatabase(name)) ?? "", target };
          }),
        );
        const job = {
          scenario: scenario.name,
          nodeUrl: chain.url,
          chainId: chain.chainId,
          sinceBlock: Number(await chain.request("eth_blockNumber")),
          hooksUrl: hooks.url,
          report: join(home, "report.json"),
          timeoutMs: runTimeoutMs,
          places,
        };
        const run = await child({ ...job, phase: "run" });
        return { run, recovery: await child({ ...job, phase: "recover" }) };
      } finally {
        await chain.stop();
        for (const name of names) rmSync(join(home, name), { recursive: true, force: true });
      }
    },
    close: async () => {
      hooks.server.closeAllConnections();
      hooks.server.close();
      await kaia.stop();
      await databases?.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve({ code, signal });
    });
  });
}

async function freshAnvil(): Promise<Chain> {
  const anvil = await startAnvil();
  for (const { address, code } of [ledger, refuser]) await anvil.request("anvil_setCode", address, code);
  return anvil;
}

/** Takes webhooks as their paths say, and gives out money. */
async function startHooks(
  fund: (address: string, wei: bigint) => Promise<void>,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const [, what = "", address = ""] = (request.url ?? "").split("/");
    // Never answered: the sender has to give it up.
    if (what === "hangs") return;
    void (async () => {
      const body = await text(request);
      if (what === "fund") await fund(address, BigInt(body));
      response.statusCode = what === "gone" ? 410 : what === "flaky" ? 500 : 200;
      response.end("taken");
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return { url: `http://127.0.0.1:${String(address.port)}`, server };
}
