import type { Hex } from "../units/brands.ts";
import type { ContractRead, Intent } from "./intent.ts";
import type { KeyScheme } from "./key-scheme.ts";
import type { RecoverableSignature } from "./signer.ts";

/** A transaction ready to be signed. */
export interface PreparedTransaction {
  readonly nonce: number;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** Destination as the bytes say it, compared with the intent's before signing; `null` deploys. */
  readonly to: string | null;
  /** The most the sender can lose to fees, in base units. */
  readonly maxFee: bigint;
  /** Adds the signature; pure. */
  assemble(signature: RecoverableSignature): SignedTransaction;
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
  /** Set where a deployment succeeded. */
  readonly contractAddress: string | null;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface PrepareOptions {
  /** Nonces below this one are taken, whatever the node says: it may not have seen the last transaction yet. */
  readonly leastNonce?: number;
}

/** One chain: turns intents into digests to sign and signed bytes, and talks to its node through a Transport. It never sees a key. */
export interface ChainAdapter<Name extends string = string> {
  readonly name: Name;
  readonly chainId: number;
  readonly scheme: KeyScheme;
  /** @throws `ERR_CHAIN_ID_MISMATCH` the node serves another chain; `ERR_RPC_*`. */
  getBalance(address: string): Promise<bigint>;
  /** Calls a contract without a transaction. Returns its one value, or an array of several. */
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
   * @throws `ERR_RPC_TIMEOUT`, `ERR_RPC_UNREACHABLE`, `ERR_RPC_BAD_RESPONSE`, `ERR_RPC_NODE_FAULT`: it may have taken them; others: it did not.
   */
  broadcast(transaction: SignedTransaction): Promise<void>;
  /** @throws `ERR_CHAIN_RECEIPT_TIMEOUT` not mined in time: it may still be. */
  waitForReceipt(hash: Hex, options?: WaitOptions): Promise<TransactionReceipt>;
  close(): Promise<void>;
}
