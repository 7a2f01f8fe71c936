import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { smallQuantity } from "../../chains/ethereum/quantity.ts";
import type { ChainAdapter } from "../../ports/chain-adapter.ts";
import { readNew, requireChain } from "../ask-chain.ts";
import { checkContract, unsuitable } from "../check-contract.ts";
import { requireFunds } from "../funds.ts";
import { type Journal, openJournal } from "../journal.ts";
import { batchIntent } from "../new-contract.ts";
import { inFlightOfSender } from "../plan/estimate-run.ts";
import { type BatchToMint, planBatches } from "../plan/plan-batches.ts";
import type { RunFolder } from "../run-folder.ts";
import { senderOf } from "../send-once.ts";
import type { MigrationSender, MintResult, OldCollectionAt, StepOptions } from "../types.ts";
import { isSettled, requireComputation } from "./try-batch.ts";
import { keyOf, mintBatch, type MintedBatch, type Minting } from "./mint-batch.ts";

export interface MintOptions extends StepOptions {
  readonly chain: ChainAdapter;
  readonly old: OldCollectionAt;
  /** They share the batches. Any accounts: to bring a batch in is nobody's right. */
  readonly senders: readonly MigrationSender[];
  /** Whether tokens go to their committed owners although they have changed hands since. Default false: the step stops. */
  readonly allowMoved?: boolean;
}

/**
 * Brings all batches in, in any order, and waits until they are final: `mint.json`. After a crash at whatever moment the same call sends
 * what the chain does not have and nothing twice.
 *
 * @throws `ERR_CHAIN_INSUFFICIENT_FUNDS`, `ERR_CHAIN_ID_MISMATCH`, `ERR_MIGRATION_NEW_UNSUITABLE`, `ERR_MIGRATION_STEP_MISSING`,
 * `ERR_MIGRATION_FILE_INVALID` before anything is sent; `ERR_MIGRATION_SOURCE_UNSUITABLE` tokens have moved, `ERR_MIGRATION_PLAN_IMPOSSIBLE`
 * a batch does not fit, before that batch is sent; `ERR_MIGRATION_FILE_FAILED`, `ERR_CHAIN_REVERTED`, `ERR_RPC_*`; what a sender throws.
 */
export async function mintAll(run: RunFolder, options: MintOptions): Promise<MintResult> {
  const { chain, old, senders, allowMoved = false, onProgress, signal } = options;
  const startedAt = performance.now();
  if (senders.length === 0) throw noSenders();
  const deployment = await run.needed("deployment");
  const existing = await run.read("mint");
  if (existing?.address === deployment.address) return existing;
  const planned = await planBatches(run);
  requireChain(chain, planned.plan.chainId);
  await requireOldChain(run, old);
  await checkContract(chain, deployment.address, run.identity, planned.plan);
  const journal = await openJournal(run);

  const stop = new AbortController();
  const minting: Minting = {
    ...{ run: run.run, chain, old, address: deployment.address, journal, senders, planned, allowMoved },
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
  };
  const shares = shareOut(minting, planned.batches, senders);
  await requireAllFunds(chain, journal, minting, shares);
  await tryHeaviest(minting, senders[0]?.address ?? "");

  let done = 0;
  const total = planned.plan.count;
  onProgress?.({ step: "mint", done, total, unit: "tokens" });
  const finals: (() => Promise<MintedBatch>)[] = [];
  const work = async (sender: MigrationSender, queue: BatchToMint[]): Promise<void> => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      minting.signal.throwIfAborted();
      finals.push(await mintBatch(minting, batch, sender));
      done += batch.count;
      onProgress?.({ step: "mint", done, total, unit: "tokens" });
    }
  };
  const workers = [...shares].flatMap(([sender, batches]) => {
    const queue = [...batches];
    return Array.from({ length: Math.min(inFlightOfSender, chain.profile.inFlight) }, () => work(sender, queue));
  });
  await allOrStop(workers, stop);
  const minted = await allOrStop(
    finals.map((final) => final()),
    stop,
  );
  await requireComplete(chain, deployment.address, total);
  const result = mintResult(run, deployment.address, minted, (performance.now() - startedAt) / 1000);
  await run.write("mint", result);
  return result;
}

/**
 * Tries the heaviest batch of each kind before anything is sent, to see that the plan's gas and computation cost are enough.
 *
 * @throws `ERR_MIGRATION_PLAN_IMPOSSIBLE`.
 */
async function tryHeaviest(minting: Minting, from: string): Promise<void> {
  const { chain, address, planned, journal } = minting;
  const byGas = [...planned.batches].sort((a, b) => Number(BigInt(b.gas) - BigInt(a.gas)));
  for (const kind of ["packed", "withUri"]) {
    const batch = byGas.find((each) => each.kind === kind);
    // What was handed over by an earlier process was tried by it.
    if (batch === undefined || journal.last(keyOf(minting, batch)) !== undefined) continue;
    const intent = batchIntent(address, batch);
    if (!(await isSettled(chain, intent, from, batch)))
      await requireComputation(chain, intent, from, batch, planned.plan);
  }
}

/** What was handed to a sender before stays with it; the others get the rest by turns. */
function shareOut(
  minting: Minting,
  batches: readonly BatchToMint[],
  senders: readonly MigrationSender[],
): ReadonlyMap<MigrationSender, readonly BatchToMint[]> {
  const shares = new Map(senders.map((sender) => [sender, new Array<BatchToMint>()]));
  let turn = 0;
  for (const batch of batches) {
    const entry = minting.journal.last(keyOf(minting, batch));
    const sender = (entry && senderOf(senders, entry)) ?? senders[turn++ % senders.length];
    if (sender !== undefined) shares.get(sender)?.push(batch);
  }
  return shares;
}

/** Of what no earlier process has handed over. */
async function requireAllFunds(
  chain: ChainAdapter,
  journal: Journal,
  minting: Minting,
  shares: ReadonlyMap<MigrationSender, readonly BatchToMint[]>,
): Promise<void> {
  for (const [sender, batches] of shares) {
    const gas = batches
      .filter((batch) => journal.last(keyOf(minting, batch)) === undefined)
      .map((each) => BigInt(each.gas));
    if (gas.length === 0) continue;
    const sum = (some: readonly bigint[]): bigint => some.reduce((whole, each) => whole + each, 0n);
    await requireFunds(chain, sender, { offered: sum(gas.slice(0, inFlightOfSender)), used: sum(gas) });
  }
}

/** The first failure stops the others, which are waited for: none sends anything after this has settled. */
async function allOrStop<T>(work: readonly Promise<T>[], stop: AbortController): Promise<readonly T[]> {
  for (const each of work)
    each.catch((error: unknown) => {
      stop.abort(error);
    });
  const settled = await Promise.allSettled(work);
  if (stop.signal.aborted) throw stop.signal.reason;
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

/** The contract's own count. @throws `ERR_MIGRATION_NEW_UNSUITABLE`. */
async function requireComplete(chain: ChainAdapter, address: string, count: number): Promise<void> {
  const settled = await readNew(chain, address, "settledCount");
  if (settled !== BigInt(count)) throw unsuitable(address, `has settled ${String(settled)} ids of ${String(count)}`);
}

async function requireOldChain({ identity }: RunFolder, { transport, address }: OldCollectionAt): Promise<void> {
  const served = smallQuantity(await transport.request({ method: "eth_chainId", params: [] }), "chain id");
  if (String(served) === identity.oldChainId && address.toLowerCase() === identity.oldContract) return;
  throw new LatchkeyError(
    "ERR_CHAIN_ID_MISMATCH",
    `The run is of ${identity.oldContract} on chain ${identity.oldChainId}, and was given ${address} on chain ${String(served)}. Nothing was sent.`,
    { context: { configured: identity.oldChainId, served } },
  );
}

function mintResult({ run }: RunFolder, address: string, batches: readonly MintedBatch[], seconds: number): MintResult {
  const sum = (member: "gasUsed" | "fee"): string =>
    String(batches.reduce((whole, each) => whole + BigInt(each[member]), 0n));
  return {
    step: "mint",
    run,
    address,
    batches: [...batches].sort((a, b) => a.index - b.index),
    transactions: batches.filter(({ transaction }) => transaction !== null).length,
    gasUsed: sum("gasUsed"),
    fee: sum("fee"),
    seconds,
  };
}

function noSenders(): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", "mint: senders is a list of at least one account. Nothing was sent.");
}
