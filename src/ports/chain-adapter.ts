import type { Hex } from "../units/brands.ts";
import type { ChainProfile } from "./chain-profile.ts";
import type { CancelIntent, ContractRead, EncodedIntent, Intent } from "./intent.ts";
import type { KeyScheme } from "./key-scheme.ts";
import type { RecoverableSignature, Signer } from "./signer.ts";
import type { Transport } from "./transport.ts";

/** What is offered for a unit of gas, in base units. */
export interface FeeOffer {
  /** The most that a unit can cost. Legacy transactions and Kaia's own types pay all of it. */
  readonly perGas: bigint;
  /** Of it, for the block's maker at most (EIP-1559). 0 where the type knows no tip. */
  readonly tip: bigint;
}

/** How much more than needed is offered, to be mined sooner. */
export type Speed = "slow" | "standard" | "fast";

/** A transaction ready to be signed. */
export interface PreparedTransaction {
  readonly nonce: number;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** What the digest is of, where it is one of Ethereum's own types: unsigned EIP-2718 bytes, or legacy RLP with the chain id. */
  readonly unsigned?: Hex;
  /** Destination as the bytes say it, compared with the intent's before signing; `null` deploys. */
  readonly to: string | null;
  readonly gasLimit: bigint;
  readonly fee: FeeOffer;
  /** The most the sender can lose to fees, in base units. */
  readonly maxFee: bigint;
  /** Set where another account pays the fee, up to `maxFee`: it signs as well, a digest of its own. */
  readonly feePayer?: {
    readonly address: string;
    readonly signer: Signer;
    readonly digest: Uint8Array;
    readonly maxFee: bigint;
  };
  /** Adds the signatures; pure. */
  assemble(signature: RecoverableSignature, feePayerSignature?: RecoverableSignature): SignedTransaction;
}

export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hex;
  readonly from: string;
  readonly nonce: number;
}

export interface TransactionReceipt {
  readonly hash: Hex;
  readonly status: "success" | "reverted";
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly gasUsed: bigint;
  /** In base units, what the sender paid for gas. */
  readonly fee: bigint;
  /** Set where another account paid for gas: who, and how much of it. */
  readonly feePayer?: { readonly address: string; readonly fee: bigint };
  /** Why it was reverted, where that could be found out: `out of gas`, `computation cost limit`, `NotYours(0x...)`. */
  readonly failure?: string;
  /** Set where a deployment succeeded. */
  readonly contractAddress: string | null;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How a transaction is made, beside what it does. EVM chains know neither fee payer nor format. */
export interface PrepareOptions {
  /** Pays the fee, and signs for it (Kaia). `null`: the sender pays, although the chain has a fee payer configured. */
  readonly feePayer?: Signer | null;
  /** Percent of the fee that the fee payer pays, a whole number from 1 to 99; the sender pays the rest. Left out: all of it. */
  readonly feeRatio?: number;
  /** Kaia: a transaction of Kaia's own types although the sender pays. Default: Ethereum's type 2, which pays the base fee alone. */
  readonly format?: "ethereum" | "kaia";
  /** Given: the node is not asked how many the sender has sent. */
  readonly nonce?: number;
  /** Given: the node is not asked for an estimate, and what a simulation would refuse shows only on chain. */
  readonly gasLimit?: bigint;
  /** Given: the node is not asked for fees. */
  readonly fee?: FeeOffer;
  readonly speed?: Speed;
  /** Funds of the sender that others of its transactions may still take: what is left has to pay for this one. */
  readonly committed?: bigint;
}

/** An account as the node sees it. */
export interface AccountState {
  /** Transactions in blocks up to the latest. */
  readonly nonce: number;
  /** With those that the node has in its pool, up to the first gap. */
  readonly pendingNonce: number;
  readonly balance: bigint;
  /** EIP-7702: a node takes one transaction in flight of such an account. */
  readonly isDelegated: boolean;
}

export interface ChainHead {
  readonly number: bigint;
  readonly hash: Hex;
  /** The highest block that can no longer leave the chain, by the profile's finality; never above `number`. */
  readonly finalized: bigint;
}

/** What a node said to signed bytes. `unknown`: it may have taken them. */
export type BroadcastOutcome =
  | { readonly kind: "accepted" }
  | {
      readonly kind: "refused";
      readonly reason:
        | "nonce-too-low"
        /** Another one with this nonce is there, and this one offers too little to take its place; or less than the base fee. */
        | "underpriced"
        | "pool-full"
        | "insufficient-funds"
        /** Nodes that take no gaps: the ones before are missing. */
        | "nonce-gap"
        /** EIP-7702: one in flight, and there is one. */
        | "delegated-limit"
        | "rate-limited"
        | "other";
      readonly error: Error;
    }
  | { readonly kind: "unknown"; readonly error: Error };

/** One chain: turns intents into digests to sign and signed bytes, and talks to its node through a Transport. It never sees a key. */
export interface ChainAdapter<Name extends string = string> {
  readonly name: Name;
  readonly chainId: number;
  readonly scheme: KeyScheme;
  readonly profile: ChainProfile;
  /** The way to the chain's node. */
  readonly transport: Transport;
  /** @throws `ERR_CHAIN_ID_MISMATCH` the node serves another chain; `ERR_RPC_*`. */
  getBalance(address: string): Promise<bigint>;
  /** Calls a contract without a transaction. Returns its one value, or an array of several; tuples are arrays. */
  read(call: ContractRead): Promise<unknown>;
  /**
   * Checks an intent and writes it as bytes. No node is asked.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
   */
  encode(intent: Intent, options?: PrepareOptions): Promise<EncodedIntent>;
  /**
   * Asks the node for what the options do not give (nonce, gas, fee), and encodes. With nonce, gas limit and fee given it asks for nothing.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID` before any node is asked; `ERR_CHAIN_REVERTED`, `ERR_CHAIN_INSUFFICIENT_FUNDS`, `ERR_CHAIN_FEE_TOO_HIGH`, `ERR_CHAIN_ID_MISMATCH`, `ERR_RPC_*`.
   */
  prepare(
    intent: Intent | EncodedIntent | CancelIntent,
    from: string,
    options?: PrepareOptions,
  ): Promise<PreparedTransaction>;
  /**
   * What to offer now for transactions of this form.
   *
   * @throws `ERR_CHAIN_FEE_TOO_HIGH` the node asks for more than the configured ceiling; `ERR_RPC_*`.
   */
  suggestFee(options?: PrepareOptions): Promise<FeeOffer>;
  /** The least offer, not below `current`, that takes the place of `previous`. */
  replacementFee(previous: FeeOffer, current: FeeOffer): FeeOffer;
  /** @throws `ERR_RPC_*`, `ERR_CHAIN_ID_MISMATCH`. */
  accountState(address: string): Promise<AccountState>;
  /** How many transactions of each address are in blocks up to this one, or up to the latest. In the order asked. */
  nonces(addresses: readonly string[], block?: bigint): Promise<readonly number[]>;
  /** @throws `ERR_RPC_*`, `ERR_CHAIN_ID_MISMATCH`. */
  head(): Promise<ChainHead>;
  /** The hash of the block of this height; undefined where the node has none. */
  blockHash(number: bigint): Promise<Hex | undefined>;
  /** The transactions of this sender in the block of this height. */
  sentIn(number: bigint, address: string): Promise<readonly { readonly hash: Hex; readonly nonce: number }[]>;
  /** In the order asked; undefined where the transaction is in no block that the node knows. */
  receipts(hashes: readonly Hex[]): Promise<readonly (TransactionReceipt | undefined)[]>;
  /**
   * Why a mined transaction was reverted, by running it again on the block before, with custom errors by the intent's names; undefined
   * where that does not tell.
   */
  revertReason(intent: EncodedIntent, from: string, receipt: TransactionReceipt): Promise<string | undefined>;
  /**
   * Sends signed bytes. A node that knows them already counts as success.
   *
   * @throws `ERR_RPC_TIMEOUT`, `ERR_RPC_UNREACHABLE`, `ERR_RPC_BAD_RESPONSE`, `ERR_RPC_NODE_FAULT`: it may have taken them; others, `ERR_CHAIN_ID_MISMATCH` among them: it did not.
   */
  broadcast(transaction: SignedTransaction): Promise<void>;
  /** As `broadcast` for several, in their order, each with its outcome. Throws nothing. */
  broadcastAll(transactions: readonly SignedTransaction[]): Promise<readonly BroadcastOutcome[]>;
  /** @throws `ERR_CHAIN_RECEIPT_TIMEOUT` not mined in time: it may still be; `ERR_CONFIG_INVALID`. */
  waitForReceipt(hash: Hex, options?: WaitOptions): Promise<TransactionReceipt>;
  close(): Promise<void>;
}
