import { type Chain, createChain } from "./chain.ts";
import { decodeEthereumTransaction, decodeTransaction } from "./decode.ts";
import { refused, type RpcError } from "./errors.ts";
import { type Evm, startEvm } from "./evm.ts";
import { mineBlock } from "./miner.ts";
import { createPool, type Pool, type Pooled } from "./pool.ts";
import { splitFee } from "./price.ts";
import type { Transaction } from "./types.ts";
import { admit, type Judge } from "./validate.ts";

export interface CoreOptions {
  readonly chainId: number;
  readonly allowAnchoring: boolean;
}

/** The node behind its RPC. Its users take turns: nothing here may run twice at once. */
export interface Core {
  readonly chainId: number;
  readonly evm: Evm;
  readonly chain: Chain;
  readonly pool: Pool;
  /** Whether accepted transactions are mined at once. */
  instant: boolean;
  /** Takes signed bytes as the namespace's sendRawTransaction does, and answers with their hash. */
  send(raw: string, form: "eth" | "kaia"): Promise<string>;
  /** One block of whatever can run, even if nothing can. */
  mine(): Promise<void>;
}

export async function startCore({ chainId, allowAnchoring }: CoreOptions): Promise<Core> {
  const evm = await startEvm(chainId);
  const genesis = await evm.record("eth_getBlockByNumber", "0x0", false);
  const chain = createChain(evm, { hash: String(genesis["hash"]) });
  const pool = createPool();
  const judge = (): Judge => ({
    chainId: BigInt(chainId),
    baseFee: chain.baseFee,
    allowAnchoring,
    pool,
    keyOf: chain.keyOf,
    balance: evm.balance,
    nonce: evm.nonce,
    code: evm.code,
  });

  const core: Core = {
    chainId,
    evm,
    chain,
    pool,
    instant: true,
    send: async (raw, form) => {
      const transaction = form === "eth" ? decodeEthereumTransaction(raw) : decodeTransaction(raw);
      if (pool.has(transaction.hash)) throw knownTransaction(transaction);
      pool.add({ transaction, ...(await admit(transaction, judge())), admittedAt: chain.head.number });
      if (core.instant) await mineWhileAny(core, () => select(core, judge()));
      return transaction.hash;
    },
    mine: async () => {
      await mineSelection(core, await select(core, judge()));
    },
  };
  return core;
}

function knownTransaction({ hash }: Transaction): RpcError {
  return refused(`known transaction: ${hash.slice(2)}`);
}

async function mineWhileAny(core: Core, next: () => Promise<readonly Pooled[]>): Promise<void> {
  for (let selection = await next(); selection.length > 0; selection = await next()) {
    await mineSelection(core, selection);
  }
}

async function mineSelection({ evm, chain, pool }: Core, selection: readonly Pooled[]): Promise<void> {
  await mineBlock(evm, chain, selection);
  for (const { transaction } of selection) pool.remove(transaction.hash);
}

/** What the next block runs, by arrival and each sender's nonces. What no longer holds in the new state is dropped. */
async function select({ chain, pool, evm }: Core, judge: Judge): Promise<readonly Pooled[]> {
  const selection: Pooled[] = [];
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
    selection.push(pooled);
    return true;
  };

  let waiting = pool.all();
  for (let progress = true; progress;) {
    progress = false;
    for (const pooled of waiting) if (await tryOne(pooled)) progress = true;
    waiting = waiting.filter((each) => !selection.includes(each));
  }
  return selection;
}

async function stillHolds(transaction: Transaction, judge: Judge): Promise<boolean> {
  try {
    await admit(transaction, judge);
    return true;
  } catch {
    return false;
  }
}
