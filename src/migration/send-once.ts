import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { TransactionReceipt } from "../ports/chain-adapter.ts";
import type { Intent } from "../ports/intent.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import type { MigrationSender, SentHandle } from "./types.ts";

export interface OnceOptions {
  readonly journal: Journal;
  /** What is to be done once. */
  readonly key: string;
  /** The same each time. */
  readonly intent: Intent;
  readonly senders: readonly MigrationSender[];
  /** Whether it may be sent, by whom and with how much gas: asked before it is sent for the first time, and not when it is repeated. */
  choose(): Promise<{ readonly sender: MigrationSender; readonly gasLimit?: bigint }>;
  readonly signal?: AbortSignal | undefined;
}

export interface SentOnce {
  readonly handle: SentHandle;
  /** In a block that may still be exchanged. Success, or a revert of just now. */
  readonly receipt: TransactionReceipt;
  readonly sender: MigrationSender;
}

/** An outbox never gives up by itself, so whoever waits has all the time that a busy chain takes. */
const patienceMs = 24 * 60 * 60 * 1000;

/**
 * Sends an intent that is in the journal first, and waits until it is mined. After a crash at whatever moment the same call goes on with
 * the same transaction. One of an earlier process that came to nothing is followed by another.
 *
 * @throws what `choose`, `send` and `wait` throw; `ERR_MIGRATION_FILE_FAILED`.
 */
export async function sendOnce(options: OnceOptions): Promise<SentOnce> {
  const { journal, key, intent, senders, signal } = options;
  const known = journal.last(key);
  const before = known === undefined ? undefined : senderOf(senders, known);
  if (known !== undefined && before !== undefined) {
    const sent = await send(before, intent, known, signal).catch(unlessDead);
    if (sent?.receipt.status === "success") return sent;
  }
  const { sender, gasLimit } = await options.choose();
  const entry: JournalEntry = {
    key,
    attempt: (known?.attempt ?? 0) + 1,
    sender: sender.address.toLowerCase(),
    gasLimit: gasLimit === undefined ? null : String(gasLimit),
  };
  await journal.append(entry);
  return await send(sender, intent, entry, signal);
}

/** The sender of an earlier process, if it is given again. */
export function senderOf(senders: readonly MigrationSender[], entry: JournalEntry): MigrationSender | undefined {
  return senders.find(({ address }) => address.toLowerCase() === entry.sender);
}

async function send(
  sender: MigrationSender,
  intent: Intent,
  { key, attempt, gasLimit }: JournalEntry,
  signal: AbortSignal | undefined,
): Promise<SentOnce> {
  const handle = await sender.send(intent, {
    idempotencyKey: attempt === 1 ? key : `${key}:${String(attempt)}`,
    ...(gasLimit === null ? {} : { gasLimit: BigInt(gasLimit) }),
  });
  const receipt = await handle.wait("mined", waiting(signal));
  return { handle, receipt, sender };
}

/** @throws as `SentHandle.wait`; `ERR_CHAIN_REVERTED` it was refused on the chain. */
export async function finalReceipt(
  { handle }: SentOnce,
  what: string,
  signal?: AbortSignal,
): Promise<TransactionReceipt> {
  const receipt = await handle.wait("final", waiting(signal));
  if (receipt.status === "success") return receipt;
  throw new LatchkeyError(
    "ERR_CHAIN_REVERTED",
    `${what} was refused on the chain${receipt.failure === undefined ? "" : `: ${receipt.failure}`}. It changed nothing; find out why, and run the step again.`,
    { context: { hash: receipt.hash, reason: receipt.failure ?? null } },
  );
}

function waiting(signal: AbortSignal | undefined): { readonly timeoutMs: number; readonly signal?: AbortSignal } {
  return { timeoutMs: patienceMs, ...(signal === undefined ? {} : { signal }) };
}

const dead: ReadonlySet<string> = new Set([
  "ERR_CHAIN_REVERTED",
  "ERR_CHAIN_INTENT_INVALID",
  "ERR_CHAIN_COMPUTATION_COST",
  "ERR_TRANSACTION_DEADLINE",
  "ERR_TRANSACTION_CANCELLED",
  "ERR_POLICY_DENIED",
  "ERR_POLICY_FROZEN",
]);

/** What has failed for good is on no chain, and something else may take its place. */
function unlessDead(error: unknown): undefined {
  if (isLatchkeyError(error) && dead.has(error.code)) return undefined;
  throw error;
}
