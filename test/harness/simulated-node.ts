import type { ChainProfile } from "../../src/ports/chain-profile.ts";
import type { TransactionReceipt } from "../../src/ports/chain-adapter.ts";
import type { Hex } from "../../src/units/brands.ts";
import type { Clock } from "../../src/units/clock.ts";
import { costOf, type PoolAnswer, type PoolRules, SimulatedPool } from "./simulated-pool.ts";
import { decodeSimulated, hashOfText, type SimulatedTransaction } from "./simulated-transaction.ts";

/** Accounts as they are after a block. */
interface Accounts {
  readonly nonces: Map<string, number>;
  readonly balances: Map<string, bigint>;
}

export interface SimulatedBlock {
  readonly number: bigint;
  readonly hash: Hex;
  readonly baseFee: bigint;
  readonly transactions: readonly {
    readonly transaction: SimulatedTransaction;
    readonly receipt: TransactionReceipt;
  }[];
  readonly accounts: Accounts;
}

export interface SimulatedNodeOptions {
  readonly profile: ChainProfile;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly rules?: Partial<PoolRules>;
}

/** A contract that refuses everything: in a simulation, and on chain. */
export const refusingContract = `0x${"dead".repeat(10)}`;

const gasOfTransfer = 21_000n;

/** A chain and the pool of its node. No time passes and no block is made unless the test says so. */
export class SimulatedNode {
  readonly profile: ChainProfile;
  readonly pool: SimulatedPool;
  /** Of the next block. */
  baseFee = 100n;
  tip = 2n;
  /** EIP-7702. */
  readonly delegated = new Set<string>();
  /** What was ever taken, as the node's journal on its disk has it. */
  readonly journal = new Map<Hex, SimulatedTransaction>();
  readonly #clock: Pick<Clock, "monotonicMs">;
  #blocks: SimulatedBlock[];
  #forks = 0;

  constructor({ profile, clock, rules = {} }: SimulatedNodeOptions) {
    this.profile = profile;
    this.#clock = clock;
    const isKaia = profile.replacement.kind === "unit";
    this.pool = new SimulatedPool({
      replacement: profile.replacement,
      guaranteed: profile.inFlightWhenFull,
      addsUp: true,
      refusesBelowBaseFee: isKaia,
      takesGaps: true,
      gappedMs: 300_000,
      ...rules,
    });
    this.#blocks = [this.#blockOf(0n, [], { nonces: new Map(), balances: new Map() })];
  }

  get blocks(): readonly SimulatedBlock[] {
    return this.#blocks;
  }

  get latest(): SimulatedBlock {
    return this.blockAt(this.#blocks.length - 1);
  }

  blockAt(index: number): SimulatedBlock {
    const block = this.#blocks[index];
    if (block === undefined) throw new RangeError(`there is no block ${String(index)}`);
    return block;
  }

  /** The highest block that the profile calls final, seen from this one. */
  finalizedAt(number: bigint): bigint {
    const { finality } = this.profile;
    const blocks = finality.kind === "instant" ? 0n : finality.kind === "tag" ? 2n : BigInt(finality.blocks);
    return number > blocks ? number - blocks : 0n;
  }

  nonce(address: string): number {
    return this.latest.accounts.nonces.get(address) ?? 0;
  }

  balance(address: string): bigint {
    return this.latest.accounts.balances.get(address) ?? 0n;
  }

  /** As a faucet, or a thief: without a transaction, and whatever leaves the chain. */
  fund(address: string, amount: bigint): void {
    for (const { accounts } of this.#blocks)
      accounts.balances.set(address, (accounts.balances.get(address) ?? 0n) + amount);
  }

  submit(raw: Hex): PoolAnswer {
    const transaction = decodeSimulated(raw);
    if (transaction === undefined) return "other";
    const { from } = transaction;
    const answer = this.pool.add(transaction, {
      nonce: this.nonce(from),
      balance: this.balance(from),
      baseFee: this.baseFee,
      isDelegated: this.delegated.has(from),
      nowMs: this.#clock.monotonicMs(),
    });
    if (answer === "taken") this.journal.set(transaction.hash, transaction);
    return answer;
  }

  /** Makes a block of what can be mined, at most `most` of it, and `first` before it, whoever has it. */
  mine(most = Number.MAX_SAFE_INTEGER, first: readonly SimulatedTransaction[] = []): SimulatedBlock {
    this.dropGapped();
    const { nonces, balances } = this.latest.accounts;
    const accounts = { nonces: new Map(nonces), balances: new Map(balances) };
    const taken: SimulatedTransaction[] = [];
    const number = this.latest.number + 1n;
    const take = (transaction: SimulatedTransaction): boolean => {
      const isNext = transaction.nonce === (accounts.nonces.get(transaction.from) ?? 0);
      if (!isNext || transaction.perGas < this.baseFee) return false;
      if (costOf(transaction) > (accounts.balances.get(transaction.from) ?? 0n)) return false;
      this.#execute(transaction, accounts);
      taken.push(transaction);
      return true;
    };
    for (const transaction of first) take(transaction);
    const lanes = new Map<string, SimulatedTransaction[]>();
    for (const { from } of this.pool.all()) if (!lanes.has(from)) lanes.set(from, this.pool.of(from));
    for (const lane of lanes.values()) {
      for (const transaction of lane) {
        if (transaction.nonce < (accounts.nonces.get(transaction.from) ?? 0)) continue;
        if (taken.length - first.length >= most || !take(transaction)) break;
      }
    }
    const block = this.#blockOf(number, taken, accounts);
    this.#blocks.push(block);
    for (const [address, nonce] of accounts.nonces) this.pool.removeBelow(address, nonce);
    return block;
  }

  /** The last blocks leave the chain, and as many others take their place. */
  reorganise(depth: number, fate: "back-to-pool" | "dropped" = "back-to-pool"): void {
    const gone = this.#blocks.splice(Math.max(1, this.#blocks.length - depth));
    this.#forks += 1;
    const empty = gone.map(() => 0);
    if (fate === "back-to-pool")
      for (const { transactions } of gone)
        for (const { transaction } of transactions) this.pool.restore(transaction, this.#clock.monotonicMs());
    for (const most of empty) this.mine(most);
  }

  drop(transaction: SimulatedTransaction): void {
    this.pool.remove(transaction);
  }

  dropGapped(): readonly SimulatedTransaction[] {
    return this.pool.dropGapped((address) => this.nonce(address), this.#clock.monotonicMs());
  }

  /** What was dropped comes back from the journal. */
  restart(): void {
    for (const transaction of this.journal.values())
      if (transaction.nonce >= this.nonce(transaction.from)) this.pool.restore(transaction, this.#clock.monotonicMs());
  }

  #execute({ from, to, value, data, gasLimit, perGas, tip, nonce }: SimulatedTransaction, accounts: Accounts): void {
    const price = perGas < this.baseFee + tip ? perGas : this.baseFee + tip;
    const moved = to?.toLowerCase() === refusingContract ? 0n : value;
    const left = (accounts.balances.get(from) ?? 0n) - moved - gasUsed(data, gasLimit) * price;
    accounts.balances.set(from, left);
    if (to !== null) accounts.balances.set(to, (accounts.balances.get(to) ?? 0n) + moved);
    accounts.nonces.set(from, nonce + 1);
  }

  #blockOf(number: bigint, transactions: readonly SimulatedTransaction[], accounts: Accounts): SimulatedBlock {
    const hash = hashOfText(`block ${String(number)} of fork ${String(this.#forks)}`);
    const { baseFee } = this;
    const mined = transactions.map((transaction) => {
      const { to, data, gasLimit, perGas, tip } = transaction;
      const used = gasUsed(data, gasLimit);
      const receipt: TransactionReceipt = {
        hash: transaction.hash,
        status: to?.toLowerCase() === refusingContract ? "reverted" : "success",
        blockNumber: number,
        blockHash: hash,
        gasUsed: used,
        fee: used * (perGas < baseFee + tip ? perGas : baseFee + tip),
        contractAddress: to === null ? `0x${transaction.hash.slice(26)}` : null,
      };
      return { transaction, receipt };
    });
    return { number, hash, baseFee, transactions: mined, accounts };
  }
}

function gasUsed(data: Hex, gasLimit: bigint): bigint {
  const needed = data === "0x" ? gasOfTransfer : 2n * gasOfTransfer;
  return needed < gasLimit ? needed : gasLimit;
}
