import type { Chain } from "./chain.ts";
import type { Evm } from "./evm.ts";
import { splitFee } from "./price.ts";
import type { Transaction } from "./types.ts";

/** A transaction with the gas that the EVM will see, at the price it will see. */
export interface Charged {
  readonly transaction: Transaction;
  readonly sender: string;
  readonly price: bigint;
  readonly evmGas: bigint;
}

/** What a transaction used, by Kaia's rules and by the EVM's. */
export interface Used {
  readonly kaia: bigint;
  readonly evm: bigint;
}

/**
 * Sets balances so that the EVM, which takes the whole fee from the sender, leaves both with what Kaia leaves them: during the call each
 * has paid its share of the whole gas limit in advance, and afterwards its share of the gas used.
 */
export interface Charging {
  /** Before the block. Also keeps the last block's balances, which the EVM would remember as changed here. */
  prepay(): Promise<void>;
  /** After it. */
  settle(used: readonly Used[]): Promise<void>;
}

export function createCharging(evm: Evm, chain: Chain, all: readonly Charged[]): Charging {
  const prepaid = new Map<string, bigint>();
  const add = (changes: Map<string, bigint>, address: string, kei: bigint): void => {
    changes.set(address, (changes.get(address) ?? 0n) + kei);
  };
  for (const { transaction, sender, price, evmGas } of all) {
    const share = splitFee(transaction.gas * price, transaction);
    add(prepaid, sender, evmGas * price - share.sender);
    if (transaction.feePayer !== undefined) add(prepaid, transaction.feePayer, -share.feePayer);
  }

  const change = async (changes: ReadonlyMap<string, bigint>, seen?: (address: string, kei: bigint) => void) => {
    for (const [address, kei] of changes) {
      const balance = await evm.balance(address);
      seen?.(address, balance);
      if (kei !== 0n) await evm.setBalance(address, balance + kei);
    }
  };

  return {
    prepay: () =>
      change(prepaid, (address, balance) => {
        chain.recordBalance(chain.head.number, address, balance);
      }),
    settle: (used) => {
      const due = new Map([...prepaid].map(([address, kei]) => [address, -kei]));
      all.forEach(({ transaction, sender, price }, index) => {
        const { kaia, evm: burnt } = used[index] ?? { kaia: 0n, evm: 0n };
        const share = splitFee(kaia * price, transaction);
        add(due, sender, burnt * price - share.sender);
        if (transaction.feePayer !== undefined) add(due, transaction.feePayer, -share.feePayer);
      });
      return change(due);
    },
  };
}
