import type { Hex } from "../units/brands.ts";
import type { ContractRead, Intent } from "./intent.ts";
import type { KeyScheme } from "./key-scheme.ts";
import type { RecoverableSignature, Signer } from "./signer.ts";
import type { Transport } from "./transport.ts";

/** A transaction ready to be signed. */
export interface PreparedTransaction {
  readonly nonce: number;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** Destination as the bytes say it, compared with the intent's before signing; `null` deploys. */
  readonly to: string | null;
  /** The most the sender can lose to fees, in base units. */
  readonly maxFee: bigint;
  /** Set where another account pays the fee: it signs as well, a digest of its own. */
  readonly feePayer?: { readonly signer: Signer; readonly digest: Uint8Array };
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
  /** Why it was reverted, where the chain's receipts tell: `out of gas`, `computation cost limit`. */
  readonly failure?: string;
  /** Set where a deployment succeeded. */
  readonly contractAddress: string | null;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How a transaction is sent, beside what it does. EVM chains take none of it. */
export interface SendOptions {
  /** Pays the fee, and signs for it (Kaia). `null`: the sender pays, although the chain has a fee payer configured. */
  readonly feePayer?: Signer | null;
  /** Percent of the fee that the fee payer pays, a whole number from 1 to 99; the sender pays the rest. Left out: all of it. */
  readonly feeRatio?: number;
  /** Kaia: a transaction of Kaia's own types although the sender pays. Default: Ethereum's type 2, which pays the base fee alone. */
  readonly format?: "ethereum" | "kaia";
}

export interface PrepareOptions extends SendOptions {
  /** Nonces below this one are taken, whatever the node says: it may not have seen the last transaction yet. */
  readonly leastNonce?: number;
}

/** One chain: turns intents into digests to sign and signed bytes, and talks to its node through a Transport. It never sees a key. */
export interface ChainAdapter<Name extends string = string> {
  readonly name: Name;
  readonly chainId: number;
  readonly scheme: KeyScheme;
  /** The way to the chain's node. */
  readonly transport: Transport;
  /** @throws `ERR_CHAIN_ID_MISMATCH` the node serves another chain; `ERR_RPC_*`. */
  getBalance(address: string): Promise<bigint>;
  /** Calls a contract without a transaction. Returns its one value, or an array of several; tuples are arrays. */
  read(call: ContractRead): Promise<unknown>;
  /**
   * Checks the intent, asks the node for nonce, gas and fee, and encodes.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID` before any node is asked; `ERR_CHAIN_REVERTED`, `ERR_CHAIN_INSUFFICIENT_FUNDS`, `ERR_CHAIN_FEE_TOO_HIGH`, `ERR_CHAIN_ID_MISMATCH`, `ERR_RPC_*`.
   */
  prepare(intent: Intent, from: string, options?: PrepareOptions): Promise<PreparedTransaction>;
  /**
   * Sends signed bytes. A node that knows them already counts as success.
   *
   * @throws `ERR_RPC_TIMEOUT`, `ERR_RPC_UNREACHABLE`, `ERR_RPC_BAD_RESPONSE`, `ERR_RPC_NODE_FAULT`: it may have taken them; others, `ERR_CHAIN_ID_MISMATCH` among them: it did not.
   */
  broadcast(transaction: SignedTransaction): Promise<void>;
  /** @throws `ERR_CHAIN_RECEIPT_TIMEOUT` not mined in time: it may still be; `ERR_CONFIG_INVALID`. */
  waitForReceipt(hash: Hex, options?: WaitOptions): Promise<TransactionReceipt>;
  close(): Promise<void>;
}
