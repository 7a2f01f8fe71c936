import { createHash } from "node:crypto";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import type { ChainAdapter, SignedTransaction, TransactionReceipt } from "../../src/ports/chain-adapter.ts";
import type { Intent } from "../../src/ports/intent.ts";
import type { Signer } from "../../src/ports/signer.ts";
import { createSender, type TransactionSender } from "../../src/transactions/sender.ts";
import type { Hex } from "../../src/units/brands.ts";
import { bytesToHex } from "../../src/units/bytes.ts";
import { ManualClock } from "./manual-clock.ts";
import { noTransport } from "./offline-chain.ts";
import { createRecorder, type Recorder } from "./recorder.ts";

/** What a broadcast does: the node takes the bytes, or throws this, or mines them and throws this. */
export type Broadcast = "taken" | Error | { readonly minedThen: Error };

export interface Prepared {
  readonly intent: Intent;
  readonly from: string;
  readonly leastNonce: number;
}

/** A chain whose node does what a test says. */
export interface ScriptedChain extends ChainAdapter<"main"> {
  /** For the next broadcasts, in order; what comes after them is taken. */
  script: Broadcast[];
  /** The node's transaction count, whatever it took. */
  count: number;
  /** Hashes that a look-up finds in a block. */
  readonly mined: Set<string>;
  /** Replaces the destination that a transaction to sign says it has. */
  to: ((intended: string | null) => string | null) | undefined;
  /** Awaited in `prepare`, before anything else. */
  beforePrepare: (from: string) => Promise<unknown>;
  /** Awaited in `broadcast`, before the script is read. */
  beforeBroadcast: () => Promise<unknown>;
  readonly prepared: readonly Prepared[];
  readonly broadcasts: readonly SignedTransaction[];
  readonly lookUps: readonly { readonly hash: string; readonly timeoutMs: number | undefined }[];
}

function scriptedChain(): ScriptedChain {
  const prepared: Prepared[] = [];
  const broadcasts: SignedTransaction[] = [];
  const lookUps: { hash: string; timeoutMs: number | undefined }[] = [];
  const chain: ScriptedChain = {
    name: "main",
    chainId: 1,
    scheme: evmKeyScheme,
    transport: noTransport,
    script: [],
    count: 0,
    mined: new Set(),
    to: undefined,
    beforePrepare: () => Promise.resolve(),
    beforeBroadcast: () => Promise.resolve(),
    prepared,
    broadcasts,
    lookUps,
    getBalance: () => Promise.resolve(0n),
    read: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
    prepare: async (intent, from, { leastNonce = 0 } = {}) => {
      await chain.beforePrepare(from);
      prepared.push({ intent, from, leastNonce });
      const nonce = Math.max(chain.count, leastNonce);
      const intended = "transfer" in intent ? intent.transfer.to : null;
      const to = chain.to === undefined ? intended : chain.to(intended);
      const digest = createHash("sha256")
        .update(JSON.stringify([from, to, nonce]))
        .digest();
      return {
        nonce,
        digest,
        to,
        maxFee: 0n,
        assemble: ({ r, s }) => {
          const raw = bytesToHex(Buffer.concat([r, s]));
          return { raw, hash: bytesToHex(createHash("sha256").update(raw).digest()), from, nonce };
        },
      };
    },
    broadcast: async (transaction) => {
      broadcasts.push(transaction);
      await chain.beforeBroadcast();
      const does = chain.script.shift() ?? "taken";
      if (does instanceof Error) throw does;
      chain.count = Math.max(chain.count, transaction.nonce + 1);
      if (does === "taken") return;
      chain.mined.add(transaction.hash);
      throw does.minedThen;
    },
    waitForReceipt: (hash, { timeoutMs } = {}) => {
      lookUps.push({ hash, timeoutMs });
      return chain.mined.has(hash)
        ? Promise.resolve(receiptOf(hash))
        : Promise.reject(failure("ERR_CHAIN_RECEIPT_TIMEOUT"));
    },
  };
  return chain;
}

export function failure(code: ErrorCode, rpcMessage = ""): LatchkeyError {
  return new LatchkeyError(code, `scripted: ${code}`, { context: { rpcMessage } });
}

export const nonceTooLow = failure("ERR_RPC_REJECTED", "nonce too low");

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

export interface SenderScene {
  readonly chain: ScriptedChain;
  readonly clock: ManualClock;
  readonly recorder: Recorder;
  readonly signer: CountingSigner;
  readonly sender: TransactionSender;
}

export function senderScene(): SenderScene {
  const chain = scriptedChain();
  const clock = new ManualClock();
  const recorder = createRecorder();
  const { meter, logger } = recorder;
  return { chain, clock, recorder, signer: countingSigner(), sender: createSender({ chain, clock, meter, logger }) };
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

function receiptOf(hash: Hex): TransactionReceipt {
  return {
    hash,
    status: "success",
    blockNumber: 1n,
    blockHash: hash,
    gasUsed: 21_000n,
    fee: 21_000n,
    contractAddress: null,
  };
}
