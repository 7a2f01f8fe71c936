import type { WaitOptions } from "../ports/chain-adapter.ts";
import type { TransactionHandle } from "../transactions/handle.ts";
import type { SendOptions } from "../transactions/send-options.ts";
import type { Hex } from "../units/brands.ts";
import type { SendingAccount } from "../wallets/account.ts";
import type { NewToken } from "./mint-batches.ts";

/** Who sends: an account, or the name of a service account that is registered in this process. */
export type By = SendingAccount | string;

/** A token that exists. */
export interface Token {
  readonly id: bigint;
  readonly owner: string;
  /** Null for a token that never changed hands. */
  readonly previousOwner: string | null;
  /** At the node's latest block; null where the contract gives none, and where it was not asked for. */
  readonly uri: string | null;
  /** The transaction that last moved or minted it, and its block. */
  readonly transaction: Hex;
  readonly block: bigint;
}

export interface TokenPage {
  readonly tokens: readonly Token[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** Transfers up to this block are in the answer. */
  readonly indexedTo: bigint;
}

/** Something that happened to a token. */
export interface TokenEvent {
  readonly kind: "mint" | "transfer" | "burn";
  readonly id: bigint;
  /** Null for a mint. */
  readonly from: string | null;
  /** Null for a burn. */
  readonly to: string | null;
  readonly transaction: Hex;
  readonly block: bigint;
}

/** Newest first. */
export interface TokenHistory {
  readonly events: readonly TokenEvent[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  readonly indexedTo: bigint;
}

export interface ReadOptions {
  /** Refuses to answer from less than this block, such as the one in a receipt: `ERR_COLLECTION_NOT_INDEXED`. */
  readonly atBlock?: bigint;
}

export interface PageOptions extends ReadOptions {
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** 1 to 500. Default 100. */
  readonly limit?: number;
}

export interface UriOptions {
  /** False: the node is not asked, and every `uri` is null. Default true. */
  readonly uris?: boolean;
}

/** A KIP-17 or ERC-721 contract in daily use. */
export interface Collection {
  /** The chain's configured name. */
  readonly chain: string;
  readonly alias: string;
  readonly address: string;
  readonly name: string;
  readonly symbol: string;
  /**
   * Mints a token. `by` is a minter of the contract. Without a URI it has the one that the contract makes of its id.
   *
   * @returns and throws as `Account.send`; `ERR_CONFIG_INVALID` bad id or URI, no such service account, or one of another chain; nothing was
   *   stored then.
   */
  mint(token: NewToken & { readonly by: By }, options?: SendOptions): Promise<TransactionHandle>;
  /**
   * Mints many, in as few transactions as the chain allows; one by one where the contract has no batches. All is checked before anything is
   * stored. With an `idempotencyKey`, at most 240 bytes of text, the same list may be sent again after a failure in the middle.
   *
   * @returns a handle for each transaction. Throws as `mint`; `ERR_CONFIG_INVALID` also for an id that is there twice.
   */
  mintBatch(
    batch: { readonly tokens: readonly NewToken[]; readonly by: By },
    options?: SendOptions,
  ): Promise<readonly TransactionHandle[]>;
  /**
   * Moves a token. `by` is its owner or somebody approved.
   *
   * @param transfer - `from` is its owner, left out: `by`. A receiver that is a contract is asked whether it takes tokens, unless
   *   `checkReceiver` is false.
   * @returns and throws as `mint`.
   */
  transfer(
    transfer: {
      readonly id: bigint;
      readonly to: string;
      readonly by: By;
      readonly from?: string;
      readonly checkReceiver?: boolean;
    },
    options?: SendOptions,
  ): Promise<TransactionHandle>;
  /** Burns a token. `by` is its owner or somebody approved. Returns and throws as `mint`. */
  burn(burn: { readonly id: bigint; readonly by: By }, options?: SendOptions): Promise<TransactionHandle>;
  /**
   * Tokens that exist, by id.
   *
   * @throws `ERR_COLLECTION_NOT_INDEXED` the index has not come far enough; `ERR_CONFIG_INVALID`; `ERR_RPC_*` where URIs are asked for;
   *   `ERR_STORE_*`; `ERR_CLOSED`.
   */
  tokens(options?: PageOptions & UriOptions): Promise<TokenPage>;
  /** Undefined where there is no such token, or it was burned. Throws as `tokens`. */
  token(id: bigint, options?: ReadOptions & UriOptions): Promise<Token | undefined>;
  /** What became of a token, newest first; empty for one that never was. Throws as `tokens`. */
  history(id: bigint, options?: PageOptions): Promise<TokenHistory>;
  /**
   * Waits until transfers up to this block are indexed, by whatever process. `timeoutMs` is 30,000 unless given.
   *
   * @throws `ERR_COLLECTION_NOT_INDEXED` not in time; `ERR_CONFIG_INVALID`; `ERR_STORE_*`; `ERR_CLOSED`; the reason of an aborted signal.
   */
  waitForIndex(block: bigint, options?: WaitOptions): Promise<void>;
  toJSON(): Record<string, string>;
}
