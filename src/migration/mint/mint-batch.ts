import type { ChainAdapter, TransactionReceipt } from "../../ports/chain-adapter.ts";
import { isRefusal } from "../ask-chain.ts";
import type { Journal } from "../journal.ts";
import { batchIntent } from "../new-contract.ts";
import type { BatchesToMint, BatchToMint } from "../plan/plan-batches.ts";
import { finalReceipt, sendOnce, type SentOnce } from "../send-once.ts";
import type { MigrationSender, MintResult, OldCollectionAt } from "../types.ts";
import { movedSince, movedTokens } from "./owners-now.ts";
import { isSettled, isTouched, requireComputation } from "./try-batch.ts";

/** What minting works with. */
export interface Minting {
  readonly run: string;
  readonly chain: ChainAdapter;
  readonly old: OldCollectionAt;
  /** The new contract. */
  readonly address: string;
  readonly journal: Journal;
  readonly senders: readonly MigrationSender[];
  readonly planned: BatchesToMint;
  readonly allowMoved: boolean;
  readonly signal: AbortSignal;
}

/** Undefined where somebody else had brought the whole batch in. */
export type MintedBatch = MintResult["batches"][number];

export function keyOf(
  { run, address }: Pick<Minting, "run" | "address">,
  { index }: Pick<BatchToMint, "index">,
): string {
  return `kip17:${run}:${address}:batch:${String(index)}`;
}

/** Nothing is left to be done of it. */
class Settled extends Error {}

/**
 * Brings one batch in, unless it is in, and waits until it is mined.
 *
 * @returns what waits until it is final, and tells what it took.
 * @throws as `mintAll`.
 */
export async function mintBatch(
  minting: Minting,
  batch: BatchToMint,
  sender: MigrationSender,
): Promise<() => Promise<MintedBatch>> {
  const { chain, address, journal, senders, signal } = minting;
  const intent = batchIntent(address, batch);
  const choose = async (): Promise<{ readonly sender: MigrationSender; readonly gasLimit: bigint }> => {
    const mayBeIn = await isTouched(chain, address, batch);
    if (mayBeIn && (await isSettled(chain, intent, sender.address, batch))) throw new Settled();
    await requireUnmoved(minting, batch);
    await requireComputation(chain, intent, sender.address, batch, minting.planned.plan);
    return { sender, gasLimit: BigInt(batch.gas) };
  };
  try {
    const sent = await sendOnce({ journal, key: keyOf(minting, batch), intent, senders, choose, signal });
    if (sent.receipt.status === "success") return () => whenFinal(minting, batch, sent);
    return () => afterRevert(minting, batch, sent);
  } catch (error) {
    const isDone = error instanceof Settled || isRefusal(error, "KIP17AlreadyMigrated");
    if (!isDone) throw error;
    return () => Promise.resolve(notOurs(batch));
  }
}

/** With `compareWithOld` the contract itself leaves what has moved at the door. */
async function requireUnmoved({ old, planned, allowMoved }: Minting, { tokens }: BatchToMint): Promise<void> {
  if (planned.plan.compareWithOld || allowMoved) return;
  const moved = await movedSince(old, tokens, planned.manifest);
  if (moved.length > 0) throw movedTokens(moved);
}

async function whenFinal({ signal }: Minting, batch: BatchToMint, sent: SentOnce): Promise<MintedBatch> {
  const receipt = await finalReceipt(sent, `Batch ${String(batch.index)}`, signal);
  return {
    index: batch.index,
    transaction: receipt.hash,
    block: String(receipt.blockNumber),
    ...costOf(receipt),
  };
}

/** Somebody else came first, or there is something wrong. */
async function afterRevert(minting: Minting, batch: BatchToMint, sent: SentOnce): Promise<MintedBatch> {
  const { chain, address } = minting;
  const intent = batchIntent(address, batch);
  if (!(await isSettled(chain, intent, sent.sender.address, batch))) return await whenFinal(minting, batch, sent);
  return { ...notOurs(batch), ...costOf(sent.receipt) };
}

function notOurs({ index }: BatchToMint): MintedBatch {
  return { index, transaction: null, block: null, gasUsed: "0", fee: "0" };
}

function costOf({ gasUsed, fee }: TransactionReceipt): { readonly gasUsed: string; readonly fee: string } {
  return { gasUsed: String(gasUsed), fee: String(fee) };
}
