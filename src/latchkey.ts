import type { ChainAdapter } from "./ports/chain-adapter.ts";
import type { Logger } from "./ports/logger.ts";
import type { Meter } from "./ports/meter.ts";
import type { WrappingKey } from "./ports/wrapping-key.ts";
import type { StoreAdapter } from "./store/database.ts";
import type { BackfillOptions, BackfillProgress } from "./wallets/backfill.ts";
import type { EventName, Listener } from "./wallets/events.ts";
import type { Wallet } from "./wallets/wallet.ts";

export interface LatchkeyOptions<Name extends string = string> {
  /**
   * The chains that every user gets an account on, at least one; `evm()` from `latchkey/evm` makes one. Each chain once: two of
   * one chain id and one key scheme would give two payments one nonce.
   */
  readonly chains: readonly ChainAdapter<Name>[];
  /** What wraps branch keys: `awsKms()` from `latchkey/aws-kms`, or `localRootKey()`, which is the default, in `.latchkey/root.key`. */
  readonly wrappingKey?: WrappingKey;
  /**
   * Where wallets are stored: `postgres()` from `latchkey/postgres`, or `sqlite(path)`. The default, `sqlite(".latchkey/wallets.db")`, is for
   * development: where NODE_ENV is production one has to be given.
   */
  readonly store?: StoreAdapter;
  /** Separates the users, keys and wallets of several products in one store. Default `default`. */
  readonly tenant?: string;
  /** Where measurements go. One that throws loses its measurement, and nothing else. */
  readonly meter?: Meter;
  /** Takes a pino logger as it is. One that throws loses its line, and nothing else. */
  readonly logger?: Logger;
}

/** Chains by name. */
export type Chains<Name extends string> = { readonly [N in Name]: ChainAdapter<N> };

/** An open Latchkey: one per process and tenant, closed before the process ends. */
export interface Latchkey<Name extends string = string> {
  /** The configured chains by name: what a library's own provider is made from. */
  readonly chains: Chains<Name>;
  /**
   * The user's wallet, made if it is the first login: exactly one per user id, for any number of processes and calls at once.
   * Resolves when the wallet is durable. Accounts of newly configured chains are added here, and those whose rows were lost.
   *
   * @param userId - the backend's own id, 1 to 256 bytes of UTF-8; compared byte by byte.
   * @throws `ERR_USER_ID_INVALID`; `ERR_VAULT_OPEN_FAILED` the stored row was altered; for a first login, or where accounts are
   *   added, `ERR_KMS_*`, `ERR_VAULT_BRANCH_KEY_BUSY`; `ERR_CONFIG_INVALID` a scheme's path was changed; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  login(userId: string): Promise<Wallet<Name>>;
  /**
   * The user's wallet, or undefined; never makes one.
   *
   * @throws `ERR_USER_ID_INVALID`; `ERR_VAULT_OPEN_FAILED` the stored row was altered; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  wallet(userId: string): Promise<Wallet<Name> | undefined>;
  /**
   * The wallet that an address belongs to, or undefined.
   *
   * @throws `ERR_CHAIN_ADDRESS_INVALID` not an address of any configured chain; `ERR_VAULT_OPEN_FAILED` the stored row was
   *   altered; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  findByAddress(address: string): Promise<Wallet<Name> | undefined>;
  /**
   * Gives every stored wallet the accounts that the configured chains ask for. Run again, it goes on where it stopped. Wallets
   * whose own row is the trouble are counted as failed, and logged; anything else stops the run.
   *
   * @throws errors of the wrapping key and the store, and whatever `onProgress` throws; `ERR_CONFIG_INVALID`; `ERR_CLOSED`.
   */
  backfill(options?: BackfillOptions): Promise<BackfillProgress>;
  /**
   * Listens to what this process does. Returns what removes the listener.
   *
   * @throws `ERR_CONFIG_INVALID` no such event, or the listener is no function.
   */
  on<Event extends EventName>(event: Event, listener: Listener<Event>): () => void;
  /**
   * Refuses new calls, waits for those under way, wipes every key and closes the connections, the wrapping key and the chains.
   * A backfill ends after the batch under way, and resolves with what it has done.
   */
  close(): Promise<void>;
}
