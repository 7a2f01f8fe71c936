import { refusals, refused, type RpcError } from "./errors.ts";
import type { Transaction } from "./types.ts";

const capacity = 5_120;
/** Each sender's even while the pool is full of others'. */
const guaranteed = 16;

export interface Pooled {
  readonly transaction: Transaction;
  readonly sender: string;
  readonly signatureGas: bigint;
  /** The head when it was last judged. */
  readonly admittedAt: number;
  /** When it came, in milliseconds of the node's clock. */
  readonly arrivedMs: number;
}

/** Transactions not yet in a block, by sender and nonce. What waits behind a gap is queued, the rest is pending. */
export interface Pool {
  /** As if 5,120 of others were in it. */
  isFull: boolean;
  has(hash: string): boolean;
  find(hash: string): Pooled | undefined;
  /** Of one sender, in order of nonces. */
  of(sender: string): readonly Pooled[];
  /** In order of arrival. */
  all(): readonly Pooled[];
  /** Who sent nothing since then, and has something here. */
  quietSince(ms: number): readonly string[];
  /** @throws `RpcError` where another transaction has the nonce and stays, and when the pool is full. */
  add(pooled: Pooled): void;
  remove(hash: string): void;
  clear(): void;
  /** A sender's first unused nonce, given the state's. */
  pendingNonce(sender: string, stateNonce: bigint): bigint;
}

export function createPool(): Pool {
  const entries = new Map<string, Pooled>();
  const senders = new Map<string, Map<bigint, Pooled>>();

  const remove = (hash: string): void => {
    const found = entries.get(hash);
    if (found === undefined) return;
    entries.delete(hash);
    const own = senders.get(found.sender);
    own?.delete(found.transaction.nonce);
    if (own?.size === 0) senders.delete(found.sender);
  };

  const pool: Pool = {
    isFull: false,
    has: (hash) => entries.has(hash),
    find: (hash) => entries.get(hash),
    of: (sender) =>
      [...(senders.get(sender)?.values() ?? [])].sort((a, b) => Number(a.transaction.nonce - b.transaction.nonce)),
    all: () => [...entries.values()],
    quietSince: (ms) =>
      [...senders]
        .filter(([, own]) => [...own.values()].every(({ arrivedMs }) => arrivedMs <= ms))
        .map(([sender]) => sender),
    add: (pooled) => {
      const { transaction, sender } = pooled;
      const own = senders.get(sender) ?? new Map<bigint, Pooled>();
      const old = own.get(transaction.nonce);
      if (old !== undefined) {
        // One kei more is enough, across types; a cancel replaces at any price.
        const better = transaction.kind.action === "cancel" || transaction.gasPrice > old.transaction.gasPrice;
        if (!better) throw refused(refusals.sameNonce);
        entries.delete(old.transaction.hash);
      } else if (entries.size >= capacity) {
        throw poolFull(entries.size);
      } else if (pool.isFull && own.size >= guaranteed) {
        throw poolFull(capacity);
      }
      entries.set(transaction.hash, pooled);
      senders.set(sender, own.set(transaction.nonce, pooled));
    },
    remove,
    clear: () => {
      entries.clear();
      senders.clear();
    },
    pendingNonce: (sender, stateNonce) => {
      const own = senders.get(sender);
      let next = stateNonce;
      while (own?.has(next) === true) next += 1n;
      return next;
    },
  };
  return pool;
}

function poolFull(size: number): RpcError {
  return refused(`txpool is full: ${size}`);
}
