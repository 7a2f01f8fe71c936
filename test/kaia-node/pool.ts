import { refusals, refused, type RpcError } from "./errors.ts";
import type { Transaction } from "./types.ts";

const capacity = 5_120;

export interface Pooled {
  readonly transaction: Transaction;
  readonly sender: string;
  readonly signatureGas: bigint;
  /** The head when it was last judged. */
  readonly admittedAt: number;
}

/** Transactions not yet in a block, by sender and nonce. What waits behind a gap is queued, the rest is pending. */
export interface Pool {
  has(hash: string): boolean;
  find(hash: string): Pooled | undefined;
  /** Of one sender, in order of nonces. */
  of(sender: string): readonly Pooled[];
  /** In order of arrival. */
  all(): readonly Pooled[];
  /** @throws `RpcError` where another transaction has the nonce and stays, and when the pool is full. */
  add(pooled: Pooled): void;
  remove(hash: string): void;
  /** A sender's first unused nonce, given the state's. */
  pendingNonce(sender: string, stateNonce: bigint): bigint;
}

export function createPool(): Pool {
  const entries = new Map<string, Pooled>();
  const of = (sender: string): Pooled[] =>
    [...entries.values()]
      .filter((each) => each.sender === sender)
      .sort((a, b) => Number(a.transaction.nonce - b.transaction.nonce));

  return {
    has: (hash) => entries.has(hash),
    find: (hash) => entries.get(hash),
    of,
    all: () => [...entries.values()],
    add: (pooled) => {
      const { transaction, sender } = pooled;
      const old = of(sender).find((each) => each.transaction.nonce === transaction.nonce);
      if (old !== undefined) {
        // One kei more is enough, across types; a cancel replaces at any price.
        const better = transaction.kind.action === "cancel" || transaction.gasPrice > old.transaction.gasPrice;
        if (!better) throw refused(refusals.sameNonce);
        entries.delete(old.transaction.hash);
      } else if (entries.size >= capacity) {
        throw poolFull(entries.size);
      }
      entries.set(transaction.hash, pooled);
    },
    remove: (hash) => {
      entries.delete(hash);
    },
    pendingNonce: (sender, stateNonce) => {
      let next = stateNonce;
      for (const { transaction } of of(sender)) if (transaction.nonce === next) next += 1n;
      return next;
    },
  };
}

function poolFull(size: number): RpcError {
  return refused(`txpool is full: ${size}`);
}
