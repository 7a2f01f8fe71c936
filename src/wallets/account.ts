import { inspect } from "node:util";
import type { ChainAdapter, SendOptions } from "../ports/chain-adapter.ts";
import type { ContractRead, Intent } from "../ports/intent.ts";
import type { Signer } from "../ports/signer.ts";
import type { TransactionHandle, TransactionSender } from "../transactions/sender.ts";
import type { Hex } from "../units/brands.ts";
import type { DerivedAccount } from "../vault/vault.ts";

/** What an account works with; one per chain, shared by all its accounts. */
export interface AccountParts<Name extends string> {
  readonly chain: ChainAdapter<Name>;
  readonly sender: TransactionSender;
}

/** One address of a user on one chain. Holds no key: it asks the vault for each signature. */
export interface Account<Name extends string = string> {
  /** The chain's configured name. */
  readonly chain: Name;
  /** As the chain writes it; EVM chains with the checksum of EIP-55. */
  readonly address: string;
  /** The BIP-32 path from the wallet's phrase. */
  readonly path: string;
  /** The chain's adapter: what a library's own signer or provider is made from. */
  readonly adapter: ChainAdapter<Name>;
  /** Signs digests through the vault. Holds no key. */
  readonly signer: Signer;
  /** The balance in base units (wei, kei), at the node's latest block. */
  getBalance(): Promise<bigint>;
  /** Reads contract state; nothing is signed or sent. Returns the one value, or an array of several. */
  read(call: ContractRead): Promise<unknown>;
  /**
   * Checks the intent, signs it and hands it to the node. Sends of one account queue in this process.
   *
   * @param options - who pays, on chains where that need not be the sender.
   * @returns a handle once the node has taken the transaction: `handle.hash`, `handle.wait("mined")`.
   * @throws before anything is signed: `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_CHAIN_ID_MISMATCH`,
   *   `ERR_CHAIN_REVERTED`, `ERR_CHAIN_INSUFFICIENT_FUNDS`, `ERR_VAULT_OPEN_FAILED`, `ERR_KMS_*`; and `ERR_RPC_*`, with
   *   `context.outcome` "unknown" and `context.hash` where the node may have taken it.
   */
  send(intent: Intent, options?: SendOptions): Promise<TransactionHandle>;
  /**
   * Takes a transaction up again by its hash, after a restart or an error that named it: `account.transaction(hash).wait("mined")`.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID` not a transaction's hash.
   */
  transaction(hash: Hex): TransactionHandle;
  /** Chain, address and path. */
  toJSON(): Record<string, string>;
}

/** An account of a stored wallet. */
export class WalletAccount<Name extends string> implements Account<Name> {
  readonly chain: Name;
  readonly address: string;
  readonly path: string;
  readonly adapter: ChainAdapter<Name>;
  readonly signer: Signer;
  readonly #sender: TransactionSender;

  constructor(parts: AccountParts<Name>, account: DerivedAccount, signer: Signer) {
    this.chain = parts.chain.name;
    this.address = account.address;
    this.path = account.path;
    this.adapter = parts.chain;
    this.signer = signer;
    this.#sender = parts.sender;
  }

  getBalance(): Promise<bigint> {
    return this.adapter.getBalance(this.address);
  }

  read(call: ContractRead): Promise<unknown> {
    return this.adapter.read(call);
  }

  send(intent: Intent, options?: SendOptions): Promise<TransactionHandle> {
    return this.#sender.send(intent, this.signer, options);
  }

  transaction(hash: Hex): TransactionHandle {
    return this.#sender.handleOf(hash);
  }

  toJSON(): Record<string, string> {
    return { chain: this.chain, address: this.address, path: this.path };
  }

  [inspect.custom](): string {
    return `Account ${inspect(this.toJSON())}`;
  }
}
