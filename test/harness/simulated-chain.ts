import { encodeIntent } from "../../src/chains/ethereum/encode.ts";
import { loadEthers } from "../../src/chains/ethereum/ethers.ts";
import { bumped, requireAffordable } from "../../src/chains/ethereum/fees.ts";
import { offer } from "../../src/chains/evm/fees.ts";
import { evmKeyScheme } from "../../src/chains/evm/index.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { LatchkeyError } from "../../src/errors/latchkey-error.ts";
import type {
  BroadcastOutcome,
  ChainAdapter,
  FeeOffer,
  PreparedTransaction,
  PrepareOptions,
  SignedTransaction,
  TransactionReceipt,
} from "../../src/ports/chain-adapter.ts";
import type { EncodedIntent } from "../../src/ports/intent.ts";
import type { Hex } from "../../src/units/brands.ts";
import { bytesToHex } from "../../src/units/bytes.ts";
import { encodedOf, noTransport } from "./offline-chain.ts";
import { refusingContract, type SimulatedBlock, type SimulatedNode } from "./simulated-node.ts";
import { assembleSimulated, digestOf, type SimulatedFields } from "./simulated-transaction.ts";

/** What is wrong with the way to the node, or with the node. Changed by tests. */
export interface Faults {
  /** For the next broadcasts, in order: no answer, whether the node took them or not; or too many requests. */
  readonly broadcasts: ("time-out-taken" | "time-out-lost" | "rate-limited")[];
  /** Nothing is answered. */
  isDown: boolean;
  /** Blocks that the node is behind: it answers from an older head, and knows no pool. A height that falls is a lag that grows. */
  lag: number;
  /** Blocks, beside those, whose receipts it does not have yet. */
  receiptLag: number;
  /** What it says of accounts' transaction counts. */
  nonce: number | undefined;
  pendingNonce: number | undefined;
  baseFee: bigint | undefined;
  /** Receipts that it sends are another transaction's. */
  sendsOtherReceipts: boolean;
}

export interface SimulatedChain<Name extends string = string> extends ChainAdapter<Name> {
  readonly node: SimulatedNode;
  readonly faults: Faults;
  /** What each digest is of that was ever prepared, by its hex text. */
  readonly digests: ReadonlyMap<string, SimulatedFields>;
  /** Everything that came to the node's door, in order. */
  readonly broadcasts: readonly SignedTransaction[];
}

export interface SimulatedChainOptions<Name extends string> {
  readonly name: Name;
  readonly node: SimulatedNode;
  readonly chainId?: number;
  /** As `evm()` has it. */
  readonly maxFeePerGas?: bigint;
}

/** An adapter over a node in memory. Everything but the node's behaviour is as `evm()` does it. */
export function simulatedChain<const Name extends string>(options: SimulatedChainOptions<Name>): SimulatedChain<Name> {
  const { name, node, chainId = 31_337, maxFeePerGas = 10n ** 6n } = options;
  const { profile } = node;
  const digests = new Map<string, SimulatedFields>();
  const broadcasts: SignedTransaction[] = [];
  const faults: Faults = {
    broadcasts: [],
    isDown: false,
    lag: 0,
    receiptLag: 0,
    nonce: undefined,
    pendingNonce: undefined,
    baseFee: undefined,
    sendsOtherReceipts: false,
  };

  const seenHead = (): SimulatedBlock => node.blockAt(Math.max(0, node.blocks.length - 1 - faults.lag));
  function answer<T>(value: () => T): Promise<T> {
    if (faults.isDown) return Promise.reject(rpcFailure("ERR_RPC_UNREACHABLE"));
    try {
      return Promise.resolve(value());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error("no error"));
    }
  }
  function suggested({ speed }: PrepareOptions): FeeOffer {
    const fee = offer(faults.baseFee ?? node.baseFee, node.tip, speed);
    requireAffordable(fee, maxFeePerGas);
    return fee;
  }
  function nonceOf(address: string, block: SimulatedBlock): number {
    return block.accounts.nonces.get(address) ?? 0;
  }
  function pendingNonce(address: string): number {
    const nonce = nonceOf(address, seenHead());
    return faults.lag > 0 ? nonce : node.pool.pendingNonce(address, nonce);
  }
  function send({ raw }: SignedTransaction): BroadcastOutcome {
    const fault = faults.broadcasts.shift();
    if (faults.isDown || fault === "time-out-lost") return { kind: "unknown", error: rpcFailure("ERR_RPC_TIMEOUT") };
    if (fault === "rate-limited") return { kind: "refused", reason: fault, error: rpcFailure("ERR_RPC_RATE_LIMITED") };
    const said = node.submit(raw);
    if (fault === "time-out-taken") return { kind: "unknown", error: rpcFailure("ERR_RPC_TIMEOUT") };
    if (said === "taken" || said === "known") return { kind: "accepted" };
    return { kind: "refused", reason: said, error: rpcFailure("ERR_RPC_REJECTED", said) };
  }

  const chain: SimulatedChain<Name> = {
    name,
    chainId,
    scheme: evmKeyScheme,
    profile,
    transport: noTransport,
    node,
    faults,
    digests,
    broadcasts,
    getBalance: (address) => answer(() => seenHead().accounts.balances.get(address) ?? 0n),
    read: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
    encode: async (intent) => encodeIntent(await loadEthers(), intent),

    prepare: async (intent, from, given = {}) => {
      const { encoded, nonce } = await encodedOf(intent, from, given);
      const gasLimit = given.gasLimit ?? (encoded.kind === "cancel" ? 21_000n : undefined);
      const build = (terms: { nonce: number; gasLimit: bigint; fee: FeeOffer }): PreparedTransaction =>
        built(encoded, from, terms);
      if (nonce !== undefined && gasLimit !== undefined && given.fee !== undefined)
        return build({ nonce, gasLimit, fee: given.fee });
      return await answer(() => {
        const balance = (seenHead().accounts.balances.get(from) ?? 0n) - (given.committed ?? 0n);
        requireFunds(balance, encoded.value);
        if (gasLimit === undefined && encoded.to?.toLowerCase() === refusingContract)
          throw new LatchkeyError("ERR_CHAIN_REVERTED", "The contract refused the call.");
        const fee = given.fee ?? suggested(given);
        const limit = gasLimit ?? (encoded.data === "0x" ? 21_000n : 50_400n);
        requireAffordable(fee, maxFeePerGas);
        requireFunds(balance, encoded.value + limit * fee.perGas);
        return build({ nonce: nonce ?? pendingNonce(from), gasLimit: limit, fee });
      });
    },

    suggestFee: (given = {}) => answer(() => suggested(given)),
    replacementFee: (previous, current) => bumped(previous, current, profile.replacement),
    accountState: (address) =>
      answer(() => {
        const nonce = faults.nonce ?? nonceOf(address, seenHead());
        return {
          nonce,
          pendingNonce: Math.max(nonce, faults.pendingNonce ?? pendingNonce(address)),
          balance: seenHead().accounts.balances.get(address) ?? 0n,
          isDelegated: node.delegated.has(address),
        };
      }),
    nonces: (addresses, block) =>
      answer(() => {
        const head = seenHead();
        if (block !== undefined && block > head.number) throw rpcFailure("ERR_RPC_REJECTED", "block not found");
        const at = block === undefined ? head : node.blockAt(Number(block));
        return addresses.map((address) => (block === undefined ? faults.nonce : undefined) ?? nonceOf(address, at));
      }),
    head: () =>
      answer(() => {
        const { number, hash } = seenHead();
        return { number, hash, finalized: node.finalizedAt(number) };
      }),
    blockHash: (number) => answer(() => (number > seenHead().number ? undefined : node.blockAt(Number(number)).hash)),
    sentIn: (number, address) =>
      answer(() => {
        if (number > seenHead().number) throw rpcFailure("ERR_RPC_BAD_RESPONSE", "no such block");
        const { transactions } = node.blockAt(Number(number));
        return transactions.flatMap(({ transaction: { from, hash, nonce } }) =>
          from === address ? [{ hash, nonce }] : [],
        );
      }),
    receipts: (hashes) => answer(() => hashes.map(receiptOf)),
    revertReason: () => answer(() => "Refused()"),
    broadcast: async (transaction) => {
      const [outcome] = await chain.broadcastAll([transaction]);
      if (outcome !== undefined && outcome.kind !== "accepted") throw outcome.error;
    },
    broadcastAll: (transactions) => {
      broadcasts.push(...transactions);
      return Promise.resolve(transactions.map(send));
    },
    waitForReceipt: async (hash) => {
      const [receipt] = await chain.receipts([hash]);
      if (receipt === undefined) throw rpcFailure("ERR_CHAIN_RECEIPT_TIMEOUT");
      return receipt;
    },
  };

  function receiptOf(hash: Hex): TransactionReceipt | undefined {
    const until = seenHead().number - BigInt(faults.receiptLag);
    for (const { number, transactions } of node.blocks) {
      if (number > until) return undefined;
      const found = transactions.find(({ transaction }) => transaction.hash === hash)?.receipt;
      // The adapter reads the hash in each receipt, and takes none for another.
      if (found !== undefined && faults.sendsOtherReceipts) throw rpcFailure("ERR_RPC_BAD_RESPONSE", "another receipt");
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function built(
    { kind, to, value, data }: EncodedIntent,
    from: string,
    { nonce, gasLimit, fee }: { readonly nonce: number; readonly gasLimit: bigint; readonly fee: FeeOffer },
  ): PreparedTransaction {
    requireAffordable(fee, maxFeePerGas);
    const { perGas, tip } = fee;
    const fields = { chainId, from, nonce, to, value, data, gasLimit, perGas, tip, isCancel: kind === "cancel" };
    const digest = digestOf(fields);
    digests.set(bytesToHex(digest), fields);
    const assemble: PreparedTransaction["assemble"] = (signature) => assembleSimulated(fields, signature);
    return { nonce, digest, to, gasLimit, fee, maxFee: gasLimit * perGas, assemble };
  }

  return chain;
}

function requireFunds(balance: bigint, needed: bigint): void {
  if (balance >= needed) return;
  throw new LatchkeyError("ERR_CHAIN_INSUFFICIENT_FUNDS", "simulated: too poor", { context: { balance, needed } });
}

function rpcFailure(code: ErrorCode, rpcMessage = ""): LatchkeyError {
  return new LatchkeyError(code, `simulated: ${code}`, { context: { rpcMessage } });
}
