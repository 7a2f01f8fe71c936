import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Wallet } from "ethers";
import { evm } from "../../../src/chains/evm/index.ts";
import { planMigration } from "../../../src/migration/plan/plan-migration.ts";
import type { ChainAdapter } from "../../../src/ports/chain-adapter.ts";
import { http } from "../../../src/rpc/http.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { deployOld, type OldCollection } from "../harness/old-collection.ts";
import { writtenSnapshot } from "../plan/written-snapshot.ts";
import { faultsOf } from "./check-chain.ts";
import { type VictimEnd, runVictim } from "./victim.ts";

export interface KillOptions {
  /** Processes to kill. */
  readonly count: number;
  readonly seed: number;
  readonly tokens?: number;
  /** Migrations at a time: one that is resumed waits until the lease of the process that was killed runs out. Default 4. */
  readonly lanes?: number;
  readonly say?: (line: string) => void;
}

export interface KillSummary {
  readonly killed: number;
  /** Whole migrations that were resumed until they were done. */
  readonly migrations: number;
  readonly faults: readonly string[];
}

/** A batch of some twelve tokens, so that a few hundred are two dozen transactions. */
const limits = { gas: 1_400_000n };
const blockMs = 60;

/** Kills migrations at random moments, twice each on average, resumes them until they are done, and looks what came of each. */
export async function killRuns({
  count,
  seed,
  tokens = 300,
  lanes = 4,
  say = () => undefined,
}: KillOptions): Promise<KillSummary> {
  const random = randomNumbers(seed);
  const anvil = await startAnvil({ args: ["--gas-limit", "500000000", "--hardfork", "prague"] });
  const chain = evm({
    name: "anvil",
    chainId: anvil.chainId,
    transport: http({ url: anvil.url, maxBatch: 500, timeoutMs: 60_000 }),
  });
  const uriOf = (id: bigint): string => `ipfs://one/${String(id * id * id)}`;
  const old = await deployOld(anvil, { tokens, burned: 7, owners: Math.ceil(tokens / 3), uriOf });
  await anvil.request("evm_setAutomine", false);
  const mining = mineOn(anvil);
  const faults: string[] = [];
  let [planned, killed, migrations] = [0, 0, 0];
  try {
    const whole = await oneRun(anvil, chain, old, () => undefined);
    faults.push(...whole.faults.map((fault) => `without a kill: ${fault}`));
    say(
      `${String(tokens)} tokens in ${String(whole.batches)} batches, ${whole.ms.toFixed(0)} ms without a kill, seed ${String(seed)}`,
    );
    const lane = async (): Promise<void> => {
      while (planned < count) {
        const moments: number[] = [];
        const moment = (): number | undefined => {
          if (planned >= count || (moments.length > 0 && random() < 0.4)) return undefined;
          planned += 1;
          // A resumed run is shorter, and ends before most of the later moments.
          const ms = random() * whole.ms * (moments.length === 0 ? 1 : 0.7);
          moments.push(Math.round(ms));
          return ms;
        };
        const run = await oneRun(anvil, chain, old, moment);
        killed += run.killed;
        planned -= moments.length - run.killed;
        migrations += 1;
        const where = `migration ${String(migrations)}, kills at ${moments.join(", ")} ms`;
        faults.push(...run.faults.map((fault) => `${where}: ${fault}`));
        say(
          `${String(killed).padStart(4)} killed  ${where}: ${run.faults.length === 0 ? "right" : `WRONG: ${run.faults.slice(0, 3).join("; ")}`}`,
        );
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await mining.stop();
    await chain.close();
    await anvil.stop();
  }
  return { killed, migrations, faults };
}

/** A block after another, none before the last is there: a node that is behind would never catch up. */
function mineOn(anvil: Anvil): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const ended = (async () => {
    while (!stopped.signal.aborted) {
      await anvil.request("evm_mine").catch(() => undefined);
      await setTimeout(blockMs);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await ended;
    },
  };
}

interface OneRun {
  readonly killed: number;
  readonly batches: number;
  readonly ms: number;
  readonly faults: readonly string[];
}

async function oneRun(
  anvil: Anvil,
  chain: ChainAdapter,
  old: OldCollection,
  moment: () => number | undefined,
): Promise<OneRun> {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-kill-"));
  try {
    const wallets = [1, 2, 3].map(() => new Wallet(Wallet.createRandom().privateKey));
    for (const { address } of wallets) await anvil.setBalance(address, 10n ** 21n);
    const identity = { oldChainId: String(anvil.chainId), oldContract: old.address };
    const holes = old.burned.map((id) => ({ id, owner: "hole", uri: "" }));
    const run = await writtenSnapshot(directory, identity, [...old.tokens, ...holes]);
    const owner = wallets[0]?.address ?? "";
    const plan = await planMigration(run, { chain, owner, limits, senders: wallets.length });
    const sinceBlock = Number(await anvil.request("eth_blockNumber"));
    const victim = {
      args: [directory, anvil.url, String(anvil.chainId), old.address],
      keys: wallets.map(({ privateKey }) => privateKey),
    };
    let killed = 0;
    let end: VictimEnd;
    do {
      const killAfterMs = moment();
      end = await runVictim({ ...victim, ...(killAfterMs === undefined ? {} : { killAfterMs }) });
      if (end.how === "killed") killed += 1;
    } while (end.how === "killed" || end.how === "again");
    const { ms, how, output } = end;
    const failed = how === "failed" ? [`the process failed: ${output.slice(-600)}`] : [];
    const senders = wallets.map(({ address }) => address);
    const faults = how === "failed" ? failed : await faultsOf(anvil, run, chain, old, senders, sinceBlock);
    return { killed, batches: plan.batches.length, ms, faults };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
