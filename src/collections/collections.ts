import type { SendOptions } from "../transactions/send-options.ts";
import type { Collection } from "./collection.ts";
import type { CollectionDeployment, DeployOptions } from "./deploy.ts";
import type { DoorOptions, DoorSummary } from "./door/walk-door.ts";
import type { AddressLink, LinkRequest } from "./links/links.ts";
import type { OwnedOptions, OwnedPage } from "./owned.ts";
import type { RegisterOptions } from "./register.ts";

export interface CollectionsOptions {
  /**
   * Whether payments of the chain's coin to wallets raise `payment.received`: every final block's transactions are read. Default false. Tokens of
   * known collections raise `token.received` in any case.
   */
  readonly watch?: boolean;
}

export interface CollectionSummary {
  readonly chain: string;
  readonly alias: string;
  readonly name: string;
  readonly symbol: string;
  /** Null until it is deployed. */
  readonly address: string | null;
  readonly createdAt: Date;
}

export interface CollectionPage {
  /** By alias. */
  readonly collections: readonly CollectionSummary[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** KIP-17 collections in daily use. Their tokens, owners and histories are read from the chain into the store by an indexer in the backend. */
export interface Collections<Name extends string = string> {
  /**
   * Deploys a collection, once for each alias: the same call again, in whatever process, gives the same deployment, and goes on with one that a
   * crash cut off. One that failed gives way to the next call.
   *
   * @param send - who pays, how fast; without an `idempotencyKey`, which the alias is. The same when a call is repeated.
   * @throws before anything is sent: `ERR_COLLECTION_EXISTS` the alias is another collection's; `ERR_CONFIG_INVALID`; `ERR_CHAIN_ADDRESS_INVALID`;
   *   what `Account.send` throws.
   */
  deploy(options: DeployOptions<Name>, send?: Omit<SendOptions, "idempotencyKey">): Promise<CollectionDeployment>;
  /**
   * Makes a contract known that is there already. Again with the same alias and address it changes nothing.
   *
   * @throws `ERR_COLLECTION_EXISTS` alias or address are another collection's; `ERR_CONFIG_INVALID` no contract is there, or none of KIP-17 or
   *   ERC-721; `ERR_CHAIN_ADDRESS_INVALID`; `ERR_RPC_*`; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  register(options: RegisterOptions<Name>): Promise<Collection>;
  /** @throws `ERR_CONFIG_INVALID`; `ERR_STORE_*`; `ERR_CLOSED`. */
  list(options?: { readonly cursor?: string; readonly limit?: number }): Promise<CollectionPage>;
  /**
   * @param chain - where the alias or the address are known on several.
   * @throws `ERR_COLLECTION_UNKNOWN`; `ERR_COLLECTION_NOT_INDEXED` it is not deployed yet; `ERR_CONFIG_INVALID` it is on several chains;
   *   `ERR_STORE_*`; `ERR_CLOSED`.
   */
  get(addressOrAlias: string, chain?: Name): Promise<Collection>;
  /**
   * Tokens of an address in several collections.
   *
   * @throws `ERR_COLLECTION_UNKNOWN`; `ERR_COLLECTION_NOT_INDEXED` one of them is not indexed far enough; `ERR_CHAIN_ADDRESS_INVALID`;
   *   `ERR_CONFIG_INVALID`; `ERR_RPC_*` where URIs are asked for; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  tokensOf(options: OwnedOptions): Promise<OwnedPage>;
  /**
   * Sends old tokens that are in this tenant's wallets to the door of a `KIP17Migrated`, each from its owner's own account, and waits until they
   * are in blocks. Again, after a crash or a failure, it goes on with the rest.
   *
   * @throws `ERR_COLLECTION_UNKNOWN`, `ERR_COLLECTION_NOT_INDEXED`; `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_CHAIN_INTENT_INVALID`
   *   nothing was sent; `ERR_STORE_*`; `ERR_CLOSED`. What fails for one token is in the summary.
   */
  walkDoor(options: DoorOptions): Promise<DoorSummary>;
  /**
   * The text that proves, signed by an outside wallet, that the address is this user's. Valid for 15 minutes, and for one proof; asked for again,
   * the one before is worth nothing.
   *
   * @param chain - may be left out where one chain is configured.
   * @throws `ERR_USER_ID_INVALID`; `ERR_CONFIG_INVALID` no such chain, the user has no wallet; `ERR_CHAIN_ADDRESS_INVALID`; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  linkText(userId: string, address: string, chain?: Name): Promise<LinkRequest>;
  /**
   * Links an outside address to a user's account. Whoever had it linked before has it no more.
   *
   * @param signature - over the text of `linkText`, as a personal message (EIP-191) or with the prefix of Kaia's wallets. Of a wallet that is a
   *   contract there is none.
   * @throws `ERR_CONFIG_INVALID` nothing was asked for, it has expired or was used, or the signature is another's; `ERR_USER_ID_INVALID`;
   *   `ERR_CHAIN_ADDRESS_INVALID`; `ERR_KMS_*`; `ERR_PEER_MISSING`; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  linkAddress(userId: string, address: string, signature: string, chain?: Name): Promise<AddressLink>;
  /**
   * Writes a chain's links as the remap file of a migration: tickets of a linked address go to the user's account.
   *
   * @returns how many links.
   * @throws `ERR_VAULT_OPEN_FAILED` a link was altered in the store; `ERR_KMS_*`; `ERR_CONFIG_INVALID`; `ERR_STORE_*`; `ERR_CLOSED`; what the file system
   *   says.
   */
  writeRemap(chain: Name, path: string): Promise<number>;
}
