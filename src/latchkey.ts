import type { ChainAdapter } from "./ports/chain-adapter.ts";
import type { Logger } from "./ports/logger.ts";
import type { Meter } from "./ports/meter.ts";
import type { WrappingKey } from "./ports/wrapping-key.ts";
import type { Collections, CollectionsOptions } from "./collections/collections.ts";
import type { StoreAdapter } from "./store/database.ts";
import type { ForeignSigner } from "./chains/ethereum/foreign-signer.ts";
import type { Signer } from "./ports/signer.ts";
import type { TransactionHandle } from "./transactions/handle.ts";
import type { ListOptions, TransactionPage } from "./transactions/list.ts";
import type { Controls } from "./transactions/policy/policy.ts";
import type { PolicyOptions, PolicyRule } from "./transactions/policy/rules.ts";
import type { TopUpPolicy } from "./transactions/top-ups.ts";
import type { WebhookEndpoint } from "./transactions/webhooks/webhooks.ts";
import type { BackfillOptions, BackfillProgress } from "./wallets/backfill.ts";
import type { EventName, Listener } from "./wallets/events.ts";
import type { ServiceAccount } from "./wallets/services.ts";
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
  /** What may be signed and sent. The same in every process; rules for single users come on top by `policy.setRules`. */
  readonly policy?: PolicyOptions;
  /** Told what becomes of transactions: signed as Standard Webhooks are, repeated until they are taken. */
  readonly webhooks?: readonly WebhookEndpoint[];
  /** By chain name: the service account that gives accounts money for gas, and how much. */
  readonly gas?: Readonly<Partial<Record<Name, TopUpPolicy>>>;
  /** Transactions of one sender that may be unfinished; past it `send` refuses. 1 to 1,000,000. Default 10,000. */
  readonly queueLimit?: number;
  /**
   * Who works on what is sent. `auto`, the default: this process, from its first send on, or from `start()`. `manual`: this process only
   * after `start()`; until then it stores sends for others to work on. The indexer of collections alike, from the first call on them on.
   */
  readonly worker?: "auto" | "manual";
  /** What is watched for the wallets, beside collections' tokens. */
  readonly collections?: CollectionsOptions;
  /** Where measurements go. One that throws loses its measurement, and nothing else. */
  readonly meter?: Meter;
  /** Takes a pino logger as it is. One that throws loses its line, and nothing else. */
  readonly logger?: Logger;
}

/** Whom a freeze or stored rules are for. */
export type PolicyTarget = { readonly user: string } | { readonly service: string } | "tenant";

/** What the store says of the policy, beside the configuration. In force in every process from the next signature on. */
export interface PolicyControls {
  /**
   * Refuses every signature of a user, a service account or everybody. Bytes that are signed already are not held back.
   *
   * @throws `ERR_POLICY_SUBJECT_UNKNOWN` the user has no wallet; `ERR_POLICY_TAMPERED`; `ERR_CONFIG_INVALID`; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  freeze(target: PolicyTarget, reason: string): Promise<Controls>;
  /** Ends a freeze. Throws as `freeze`. */
  unfreeze(target: PolicyTarget, reason?: string): Promise<Controls>;
  /** Replaces the stored rules; an empty list takes them away. Throws as `freeze`. */
  setRules(target: PolicyTarget, rules: readonly PolicyRule[]): Promise<Controls>;
  /** What is stored. Throws as `freeze`. */
  controls(target: PolicyTarget): Promise<Controls>;
}

/** Transactions of this tenant, whoever sent them. */
export interface Transactions {
  /**
   * @param idOrHash - a transaction's id, or the hash of any of its attempts.
   * @throws `ERR_TRANSACTION_OPTIONS_INVALID`; `ERR_STORE_*`; `ERR_CLOSED`.
   */
  get(idOrHash: string): Promise<TransactionHandle | undefined>;
  /** @throws `ERR_TRANSACTION_OPTIONS_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`; `ERR_STORE_*`; `ERR_CLOSED`. */
  list(options?: ListOptions): Promise<TransactionPage>;
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
   * An account of the backend's own, by a name that all its processes use for it. Those that are to sign for it register its signer; what
   * others store for it waits for one that did.
   *
   * @param signer - `kmsSigner()`, or any signer of ethers. It holds the key; Latchkey gives out its nonces, so nothing else should send
   *   from it.
   * @throws `ERR_CONFIG_INVALID`; `ERR_CHAIN_ADDRESS_INVALID`; `ERR_PEER_MISSING`; `ERR_CLOSED`.
   */
  service(name: string, signer: Signer | ForeignSigner): Promise<ServiceAccount<Name>>;
  readonly transactions: Transactions;
  readonly policy: PolicyControls;
  /** KIP-17 collections: deploying, minting, moving, and who has what. */
  readonly collections: Collections<Name>;
  /** Begins to work on what is stored, whoever stored it: call it when a backend starts. @throws `ERR_CLOSED`. */
  start(): void;
  /**
   * Signs nothing more, finishes what is under way, and hands every sender over to the other workers: call it on SIGTERM. Sends are still
   * stored. `start()` begins again.
   */
  drain(): Promise<void>;
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
