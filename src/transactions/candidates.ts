import { isLatchkeyError } from "../errors/latchkey-error.ts";
import type { PreparedTransaction } from "../ports/chain-adapter.ts";
import type { Attempt, TransactionRecord, Trouble } from "./record.ts";
import type { Sender } from "./senders.ts";

/** A queued transaction and who sends it. */
export interface Candidate {
  readonly record: TransactionRecord;
  readonly sender: Sender;
  /** Attempts that it had before, under nonces that others took. */
  readonly previous: readonly Attempt[];
  /** Whether its row says that it is in a block. */
  readonly isMined: boolean;
  /** False where rows of its attempts cannot be read. */
  readonly isWhole: boolean;
}

/** What came of the candidates, in their order. Those behind a held one were not looked at. */
export interface Signed {
  readonly attempts: readonly { readonly candidate: Candidate; readonly attempt: Attempt }[];
  readonly refused: readonly { readonly candidate: Candidate; readonly trouble: Trouble }[];
  /** The first that has to wait, and why. */
  readonly held:
    { readonly candidate: Candidate; readonly trouble: Trouble; readonly needed: bigint | null } | undefined;
}

/** In base units. */
export interface Funds {
  readonly balance: bigint;
  readonly committed: bigint;
}

export interface Ready {
  readonly candidate: Candidate;
  readonly prepared: PreparedTransaction;
}

/** Those that may go on, and those that may not. */
export interface Sifted extends Pick<Signed, "refused"> {
  readonly ready: readonly Ready[];
}

/** Never again: what was asked for is impossible, or forbidden. */
const terminal: ReadonlySet<string> = new Set([
  "ERR_CHAIN_REVERTED",
  "ERR_CHAIN_INTENT_INVALID",
  "ERR_CHAIN_ADDRESS_INVALID",
  "ERR_CHAIN_COMPUTATION_COST",
  "ERR_TRANSACTION_DEADLINE",
  "ERR_TRANSACTION_TAMPERED",
  "ERR_TRANSACTION_CANCELLED",
  "ERR_POLICY_DENIED",
  "ERR_POLICY_FROZEN",
  "ERR_POLICY_TAMPERED",
  "ERR_VAULT_OPEN_FAILED",
]);

export function isTerminal(error: unknown): boolean {
  return isLatchkeyError(error) && terminal.has(error.code) && !error.retryable;
}

/** Names the key of a row's MAC. */
export function ownerName({ subject, macBranch }: TransactionRecord): string {
  return `${subject} ${macBranch}`;
}
