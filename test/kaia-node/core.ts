import type { Clock } from "../../src/units/clock.ts";
import { type Chain, createChain } from "./chain.ts";
import { decodeEthereumTransaction, decodeTransaction } from "./decode.ts";
import { refused, type RpcError } from "./errors.ts";
import { type Evm, startEvm } from "./evm.ts";
import { mineBlock } from "./miner.ts";
import { createPool, type Pool, type Pooled } from "./pool.ts";
import { select } from "./select.ts";
import { balanceAt, codeAt, nonceAt } from "./state.ts";
import type { Transaction } from "./types.ts";
import { admit, type Judge } from "./validate.ts";

export interface CoreOptions {
  readonly chainId: number;
  readonly allowAnchoring: boolean;
  readonly clock: Pick<Clock, "monotonicMs">;
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
  /** One block of whatever can run, even if nothing can. None while the head has fallen back. */
  mine(): Promise<void>;
  /** Drops what waits behind a gap, of senders who sent nothing for five minutes. */
  expire(): Promise<void>;
  /** Empties the pool, and takes again whatever it ever took and the state still allows, as from the node's journal. */
  restart(): Promise<void>;
  /** Brings back a head that has fallen back. */
  recover(): Promise<void>;
}

/** A node looks each minute; here it is exact. */
const lifetimeMs = 300_000;

export async function startCore({ chainId, allowAnchoring, clock }: CoreOptions): Promise<Core> {
  const evm = await startEvm(chainId);
  const genesis = await evm.record("eth_getBlockByNumber", "0x0", false);
  const chain = createChain(evm, { hash: String(genesis["hash"]) });
  const pool = createPool();
  let journal: Transaction[] = [];
  const judge = (): Judge => ({
    chainId: BigInt(chainId),
    baseFee: chain.baseFee,
    allowAnchoring,
    pool,
    keyOf: chain.keyOf,
    balance: (address) => balanceAt(evm, chain, address),
    nonce: (address) => nonceAt(evm, chain, address),
    code: (address) => codeAt(evm, chain, address),
  });
  const take = async (transaction: Transaction): Promise<void> => {
    const admitted = await admit(transaction, judge());
    pool.add({ transaction, ...admitted, admittedAt: chain.head.number, arrivedMs: clock.monotonicMs() });
  };

  const core: Core = {
    chainId,
    evm,
    chain,
    pool,
    instant: true,
    send: async (raw, form) => {
      const transaction = form === "eth" ? decodeEthereumTransaction(raw) : decodeTransaction(raw);
      if (pool.has(transaction.hash)) throw knownTransaction(transaction);
      await take(transaction);
      journal.push(transaction);
      if (core.instant) await mineWhileAny(core, () => select(core, judge()));
      return transaction.hash;
    },
    mine: async () => {
      if (chain.behind === 0) await mineSelection(core, await select(core, judge()));
    },
    expire: async () => {
      for (const sender of pool.quietSince(clock.monotonicMs() - lifetimeMs)) {
        const next = pool.pendingNonce(sender, await nonceAt(evm, chain, sender));
        for (const { transaction } of pool.of(sender)) if (transaction.nonce > next) pool.remove(transaction.hash);
      }
    },
    restart: async () => {
      pool.clear();
      for (const transaction of journal) await take(transaction).catch(() => undefined);
      journal = journal.filter(({ hash }) => pool.has(hash));
    },
    recover: async () => {
      chain.recover();
      for (const { transaction, sender } of pool.all()) {
        if (transaction.nonce < (await evm.nonce(sender))) pool.remove(transaction.hash);
      }
      if (core.instant) await mineWhileAny(core, () => select(core, judge()));
    },
  };
  return core;
}

function knownTransaction({ hash }: Transaction): RpcError {
  return refused(`known transaction: ${hash.slice(2)}`);
}

async function mineWhileAny(core: Core, next: () => Promise<readonly Pooled[]>): Promise<void> {
  if (core.chain.behind > 0) return;
  for (let selection = await next(); selection.length > 0; selection = await next()) {
    await mineSelection(core, selection);
  }
}

async function mineSelection({ evm, chain, pool }: Core, selection: readonly Pooled[]): Promise<void> {
  await mineBlock(evm, chain, selection);
  for (const { transaction } of selection) pool.remove(transaction.hash);
}
