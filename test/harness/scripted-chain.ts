import { encodeIntent } from "../../src/chains/ethereum/encode.ts";
import { outcomeOf } from "../../src/chains/ethereum/classify.ts";
import { loadEthers } from "../../src/chains/ethereum/ethers.ts";
import { bumped } from "../../src/chains/ethereum/fees.ts";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import type {
  AccountState,
  BroadcastOutcome,
  ChainAdapter,
  PrepareOptions,
  SignedTransaction,
  TransactionReceipt,
} from "../../src/ports/chain-adapter.ts";
import type { CancelIntent, EncodedIntent, Intent } from "../../src/ports/intent.ts";
import type { Signer } from "../../src/ports/signer.ts";
import { anvil } from "../../src/profiles/profiles.ts";
import type { Hex } from "../../src/units/brands.ts";
import type { ManualClock } from "./manual-clock.ts";
import { given, hashOf, noTransport, preparedAs, receiptIn } from "./offline-chain.ts";

/** What a broadcast does: the node takes the bytes, or throws this, or mines them and throws this. */
export type Broadcast = "taken" | Error | { readonly minedThen: Error };

export interface Prepared {
  readonly intent: Intent | EncodedIntent | CancelIntent;
  readonly from: string;
  readonly options: PrepareOptions;
}

/** A chain whose node does what a test says. Nothing is mined unless the test says so. */
export interface ScriptedChain extends ChainAdapter<"main"> {
  /** For the next broadcasts, in order; what comes after them is taken. */
  script: Broadcast[];
  /** The node's transaction count of every account, in blocks and with its pool. */
  count: number;
  /** Replaces parts of what `accountState` says. */
  state: Partial<AccountState>;
  /** What `suggestFee` says. */
  fee: { perGas: bigint; tip: bigint };
  /** The latest block, and how many below it are not final. */
  height: bigint;
  unfinal: bigint;
  /** Heights whose block is another one than before: a reorganisation. */
  readonly forked: Set<bigint>;
  /** Receipts that the node has, by hash. */
  readonly mined: Map<string, TransactionReceipt>;
  /** Thrown by the node's reads while it is set. */
  trouble: Error | undefined;
  /** Replaces the destination that a transaction to sign says it has. */
  to: ((intended: string | null) => string | null) | undefined;
  /** Awaited in `prepare`, before anything else. */
  beforePrepare: (from: string) => Promise<unknown>;
  /** Awaited before the script is read for a broadcast. */
  beforeBroadcast: () => Promise<unknown>;
  /** Mines a transaction in the next block, whether it was broadcast or not. */
  mine(transaction: SignedTransaction, changes?: Partial<TransactionReceipt>): TransactionReceipt;
  readonly prepared: readonly Prepared[];
  readonly broadcasts: readonly SignedTransaction[];
  readonly lookUps: readonly { readonly hash: string; readonly timeoutMs: number | undefined }[];
}

export function scriptedChain(): ScriptedChain {
  const prepared: Prepared[] = [];
  const broadcasts: SignedTransaction[] = [];
  const lookUps: { hash: string; timeoutMs: number | undefined }[] = [];
  const senders = new Map<string, SignedTransaction>();

  /** Answers a read, unless the node is in trouble. */
  function answer<T>(value: () => T): Promise<T> {
    return chain.trouble === undefined ? Promise.resolve(value()) : Promise.reject(chain.trouble);
  }
  function blockAt(number: bigint): Hex {
    return hashOf(chain.forked.has(number) ? number + 1_000_000n : number);
  }
  async function take(transaction: SignedTransaction): Promise<void> {
    broadcasts.push(transaction);
    await chain.beforeBroadcast();
    const does = chain.script.shift() ?? "taken";
    if (does instanceof Error) throw does;
    if (does === "taken") {
      chain.count = Math.max(chain.count, transaction.nonce + 1);
      return;
    }
    chain.mine(transaction);
    throw does.minedThen;
  }

  const chain: ScriptedChain = {
    name: "main",
    chainId: 1,
    scheme: evmKeyScheme,
    profile: anvil,
    transport: noTransport,
    script: [],
    count: 0,
    state: {},
    fee: { perGas: 2n, tip: 1n },
    height: 0n,
    unfinal: 0n,
    forked: new Set(),
    mined: new Map(),
    trouble: undefined,
    to: undefined,
    beforePrepare: () => Promise.resolve(),
    beforeBroadcast: () => Promise.resolve(),
    prepared,
    broadcasts,
    lookUps,
    mine: (transaction, changes = {}) => {
      chain.height += 1n;
      chain.count = Math.max(chain.count, transaction.nonce + 1);
      const receipt = { ...receiptIn(transaction.hash, chain.height), blockHash: blockAt(chain.height), ...changes };
      chain.mined.set(transaction.hash, receipt);
      senders.set(transaction.hash, transaction);
      return receipt;
    },
    getBalance: () => answer(() => chain.state.balance ?? 10n ** 24n),
    read: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
    encode: async (intent) => encodeIntent(await loadEthers(), intent),
    prepare: async (intent, from, options = {}) => {
      await chain.beforePrepare(from);
      prepared.push({ intent, from, options });
      const { encoded, nonce = chain.count } = await given(intent, from, options);
      const to = chain.to === undefined ? encoded.to : chain.to(encoded.to);
      return preparedAs({ ...encoded, to }, from, nonce, { fee: chain.fee, ...options });
    },
    suggestFee: () => answer(() => chain.fee),
    replacementFee: (previous, current) => bumped(previous, current, chain.profile.replacement),
    accountState: () =>
      answer(() => ({
        nonce: chain.count,
        pendingNonce: chain.count,
        balance: 10n ** 24n,
        isDelegated: false,
        ...chain.state,
      })),
    nonces: (addresses) => answer(() => addresses.map(() => chain.state.nonce ?? chain.count)),
    head: () =>
      answer(() => ({
        number: chain.height,
        hash: blockAt(chain.height),
        finalized: chain.height > chain.unfinal ? chain.height - chain.unfinal : 0n,
      })),
    blockHash: (number) => answer(() => (number > chain.height ? undefined : blockAt(number))),
    sentIn: (number, address) =>
      answer(() =>
        [...chain.mined.values()]
          .filter(({ blockNumber }) => blockNumber === number)
          .flatMap(({ hash }) => senders.get(hash) ?? [])
          .filter(({ from }) => from === address),
      ),
    receipts: (hashes) => answer(() => hashes.map((hash) => chain.mined.get(hash))),
    revertReason: () => Promise.resolve(undefined),
    broadcast: take,
    broadcastAll: async (transactions) => {
      const outcomes: BroadcastOutcome[] = [];
      for (const transaction of transactions) {
        const [settled] = await Promise.allSettled([take(transaction)]);
        outcomes.push(settled.status === "fulfilled" ? { kind: "accepted" } : outcomeOf(settled.reason));
      }
      return outcomes;
    },
    waitForReceipt: (hash, { timeoutMs } = {}) => {
      lookUps.push({ hash, timeoutMs });
      const receipt = chain.mined.get(hash);
      return receipt === undefined ? Promise.reject(failure("ERR_CHAIN_RECEIPT_TIMEOUT")) : Promise.resolve(receipt);
    },
  };
  return chain;
}

export function failure(code: ErrorCode, rpcMessage = ""): LatchkeyError {
  return new LatchkeyError(code, `scripted: ${code}`, { context: { rpcMessage } });
}

export const nonceTooLow = failure("ERR_RPC_REJECTED", "nonce too low");

/** @param index - from 1: nobody sends to the zero address. */
export function transferTo(index: number): Intent {
  return { transfer: { to: `0x${String(index).padStart(40, "0")}`, value: 1n } };
}

/** A signer without a key, whose signatures are all different. */
export interface CountingSigner extends Signer {
  readonly digests: readonly Uint8Array[];
}

export function countingSigner(address = `0x${"a".repeat(40)}`): CountingSigner {
  const digests: Uint8Array[] = [];
  return {
    address,
    digests,
    signDigest: (digest) => {
      digests.push(digest);
      const s = Buffer.alloc(32);
      s.writeUInt32BE(digests.length);
      return Promise.resolve({ r: digest, s, yParity: 0 });
    },
  };
}

/** Moves the clock on until `work` settles. */
export async function passing<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const state = { settled: false };
  const watched = work.finally(() => (state.settled = true));
  // Its rejection is handled by whoever awaits what this returns.
  watched.catch(() => undefined);
  while (!state.settled) await clock.advance(100);
  return watched;
}
