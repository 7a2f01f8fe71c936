import type { Chain } from "./chain.ts";
import type { Evm } from "./evm.ts";
import type { Pool, Pooled } from "./pool.ts";
import { splitFee } from "./price.ts";
import type { Transaction } from "./types.ts";
import { admit, type Judge } from "./validate.ts";

export interface Selecting {
  readonly evm: Evm;
  readonly chain: Chain;
  readonly pool: Pool;
}

/** What the next block runs, by arrival and each sender's nonces. What no longer holds in the new state is dropped. */
export async function select({ chain, pool, evm }: Selecting, judge: Judge): Promise<readonly Pooled[]> {
  const selection = new Set<Pooled>();
  const nonces = new Map<string, bigint>();
  const funds = new Map<string, bigint>();
  // After an update of its key an account's later transactions are judged by the new key, in the next block.
  const closed = new Set<string>();
  const fundsOf = async (address: string): Promise<bigint> => funds.get(address) ?? (await evm.balance(address));

  const tryOne = async (pooled: Pooled): Promise<boolean> => {
    const { transaction, sender } = pooled;
    const feePayer = transaction.feePayer ?? sender;
    if (closed.has(sender) || closed.has(feePayer) || transaction.gasPrice < chain.baseFee) return false;
    const nonce = nonces.get(sender) ?? (await evm.nonce(sender));
    if (transaction.nonce < nonce) pool.remove(transaction.hash);
    if (transaction.nonce !== nonce) return false;
    if (pooled.admittedAt < chain.head.number && !(await stillHolds(transaction, judge))) {
      pool.remove(transaction.hash);
      return false;
    }
    const share = splitFee(transaction.gas * transaction.gasPrice, transaction);
    const left = (await fundsOf(sender)) - share.sender - transaction.value;
    const payerLeft = (feePayer === sender ? left : await fundsOf(feePayer)) - share.feePayer;
    if (left < 0n || payerLeft < 0n) return false;
    funds.set(sender, left);
    funds.set(feePayer, payerLeft);
    nonces.set(sender, nonce + 1n);
    if (transaction.kind.action === "accountUpdate") closed.add(sender);
    selection.add(pooled);
    return true;
  };

  let waiting = pool.all();
  for (let progress = true; progress;) {
    progress = false;
    for (const pooled of waiting) if (await tryOne(pooled)) progress = true;
    waiting = waiting.filter((each) => !selection.has(each));
  }
  return [...selection];
}

async function stillHolds(transaction: Transaction, judge: Judge): Promise<boolean> {
  try {
    await admit(transaction, judge);
    return true;
  } catch {
    return false;
  }
}
