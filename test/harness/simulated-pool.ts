import type { ChainProfile } from "../../src/ports/chain-profile.ts";
import type { SimulatedTransaction } from "./simulated-transaction.ts";

/** What a node's pool goes by. */
export interface PoolRules {
  readonly replacement: ChainProfile["replacement"];
  /** Transactions of one sender that are taken when the pool is full. */
  readonly guaranteed: number;
  /** All of a sender's transactions have to be payable together (geth); else each by itself (anvil). */
  readonly addsUp: boolean;
  /** What offers less than the base fee is refused; else it waits. */
  readonly refusesBelowBaseFee: boolean;
  /** Gapped ones wait; else they are refused. */
  readonly takesGaps: boolean;
  /** So long gapped ones may wait. */
  readonly gappedMs: number;
}

/** The account and the block that a transaction is held against. */
export interface PoolContext {
  readonly nonce: number;
  readonly balance: bigint;
  readonly baseFee: bigint;
  readonly isDelegated: boolean;
  readonly nowMs: number;
}

export type PoolAnswer = "taken" | "known" | Refusal;
export type Refusal =
  "nonce-too-low" | "underpriced" | "pool-full" | "insufficient-funds" | "nonce-gap" | "delegated-limit" | "other";

interface Waiting {
  readonly transaction: SimulatedTransaction;
  readonly sinceMs: number;
}

/** A node's mempool: by sender and nonce. */
export class SimulatedPool {
  /** Transactions that it holds at most. */
  limit = 5_000;
  readonly #rules: PoolRules;
  readonly #bySender = new Map<string, Map<number, Waiting>>();

  constructor(rules: PoolRules) {
    this.#rules = rules;
  }

  get size(): number {
    return [...this.#bySender.values()].reduce((sum, lane) => sum + lane.size, 0);
  }

  all(): SimulatedTransaction[] {
    return [...this.#bySender.values()].flatMap((lane) => [...lane.values()].map(({ transaction }) => transaction));
  }

  of(address: string): SimulatedTransaction[] {
    const lane = [...(this.#bySender.get(address)?.values() ?? [])].map(({ transaction }) => transaction);
    return lane.sort((one, other) => one.nonce - other.nonce);
  }

  /** The nonce after those that can be mined one after another. */
  pendingNonce(address: string, nonce: number): number {
    const lane = this.#bySender.get(address);
    let next = nonce;
    while (lane?.has(next) === true) next += 1;
    return next;
  }

  add(transaction: SimulatedTransaction, context: PoolContext): PoolAnswer {
    const { from, nonce, perGas } = transaction;
    const lane = this.#bySender.get(from) ?? new Map<number, Waiting>();
    const there = lane.get(nonce)?.transaction;
    if (there?.hash === transaction.hash) return "known";
    if (nonce < context.nonce) return "nonce-too-low";
    if (this.#rules.refusesBelowBaseFee && perGas < context.baseFee) return "underpriced";
    if (transaction.tip > perGas) return "other";
    const others = [...lane.values()].map((each) => each.transaction).filter((each) => each.nonce !== nonce);
    const spoken = this.#rules.addsUp ? others.reduce((sum, each) => sum + costOf(each), 0n) : 0n;
    if (spoken + costOf(transaction) > context.balance) return "insufficient-funds";
    if (there !== undefined && !replaces(transaction, there, this.#rules.replacement)) return "underpriced";
    if (there === undefined) {
      const isGapped = nonce > this.pendingNonce(from, context.nonce);
      if (context.isDelegated && isGapped) return "nonce-gap";
      if (context.isDelegated && lane.size > 0) return "delegated-limit";
      if (isGapped && !this.#rules.takesGaps) return "nonce-gap";
      if (this.size >= this.limit && lane.size >= this.#rules.guaranteed) return "pool-full";
    }
    lane.set(nonce, { transaction, sinceMs: context.nowMs });
    this.#bySender.set(from, lane);
    return "taken";
  }

  /** Puts a transaction there without asking, as a block that left the chain does. */
  restore(transaction: SimulatedTransaction, nowMs: number): void {
    const lane = this.#bySender.get(transaction.from) ?? new Map<number, Waiting>();
    if (!lane.has(transaction.nonce)) lane.set(transaction.nonce, { transaction, sinceMs: nowMs });
    this.#bySender.set(transaction.from, lane);
  }

  remove(transaction: SimulatedTransaction): void {
    const lane = this.#bySender.get(transaction.from);
    if (lane?.get(transaction.nonce)?.transaction.hash === transaction.hash) lane.delete(transaction.nonce);
  }

  /** Forgets what can no longer be mined. */
  removeBelow(address: string, nonce: number): void {
    const lane = this.#bySender.get(address);
    for (const waiting of [...(lane?.keys() ?? [])]) if (waiting < nonce) lane?.delete(waiting);
  }

  /** Drops the gapped ones that have waited too long. Returns them: a journal has them still. */
  dropGapped(nonceOf: (address: string) => number, nowMs: number): SimulatedTransaction[] {
    const dropped: SimulatedTransaction[] = [];
    for (const [address, lane] of this.#bySender) {
      const next = this.pendingNonce(address, nonceOf(address));
      for (const [nonce, { transaction, sinceMs }] of [...lane]) {
        if (nonce <= next || nowMs - sinceMs < this.#rules.gappedMs) continue;
        lane.delete(nonce);
        dropped.push(transaction);
      }
    }
    return dropped;
  }
}

/** The most that it can take from its sender. */
export function costOf({ value, gasLimit, perGas }: SimulatedTransaction): bigint {
  return value + gasLimit * perGas;
}

function replaces(
  next: SimulatedTransaction,
  there: SimulatedTransaction,
  replacement: ChainProfile["replacement"],
): boolean {
  if (replacement.kind === "unit") return next.isCancel || next.perGas > there.perGas;
  const percent = BigInt(100 + replacement.percent);
  const isRaised = (after: bigint, before: bigint): boolean => after > before && after >= (before * percent) / 100n;
  return isRaised(next.perGas, there.perGas) && isRaised(next.tip, there.tip);
}
