import { inspect } from "node:util";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { ContractRead, Intent } from "../ports/intent.ts";
import type { Signer } from "../ports/signer.ts";
import type { TransactionHandle } from "../transactions/handle.ts";
import type { Outbox } from "../transactions/outbox.ts";
import type { Explanation } from "../transactions/policy/explain.ts";
import type { SendOptions } from "../transactions/send-options.ts";
import type { Sender } from "../transactions/senders.ts";

/** What an account works with. */
export interface AccountParts<Name extends string> {
  readonly chain: ChainAdapter<Name>;
  readonly outbox: Outbox;
  readonly sender: Sender;
  /** Asks the policy before it signs. */
  readonly signer: Signer;
}

/** One address on one chain that sends: a user's, or a service account's. Holds no key. */
export interface SendingAccount<Name extends string = string> {
  /** The chain's configured name. */
  readonly chain: Name;
  /** As the chain writes it; EVM chains with the checksum of EIP-55. */
  readonly address: string;
  /** The chain's adapter: what a library's own signer or provider is made from. */
  readonly adapter: ChainAdapter<Name>;
  /** Signs what the policy allows. Holds no key. */
  readonly signer: Signer;
  /** The balance in base units (wei, kei), at the node's latest block. */
  getBalance(): Promise<bigint>;
  /** Reads contract state; nothing is signed or sent. Returns the one value, or an array of several. */
  read(call: ContractRead): Promise<unknown>;
  /**
   * Checks the intent, asks the policy, and stores it: from then on it is sent once, whatever happens to this process. Sends of one
   * account are signed and mined in their order.
   *
   * @returns a handle once it is durable. No node was asked yet: what one finds (a revert, no money) is thrown by `handle.wait`.
   * @throws before anything is stored: `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`, `ERR_TRANSACTION_OPTIONS_INVALID`,
   *   `ERR_TRANSACTION_KEY_REUSED`, `ERR_TRANSACTION_QUEUE_FULL`, `ERR_POLICY_*`, `ERR_VAULT_OPEN_FAILED`, `ERR_KMS_*`, `ERR_CLOSED`.
   *   `ERR_STORE_*`: with `context.outcome` "unknown" it may be stored; send again with the same `idempotencyKey`.
   */
  send(intent: Intent, options?: SendOptions): Promise<TransactionHandle>;
  /**
   * What would be signed: function, arguments, token, amounts, and what to look at twice. No node is asked, nothing is stored.
   *
   * @throws `ERR_CHAIN_INTENT_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
   */
  explain(intent: Intent): Promise<Explanation>;
  /**
   * Sends the account money for gas, where the configuration has somebody who pays and the account has less than it should. However many
   * ask at once, one top-up is sent.
   *
   * @returns whether money is on its way.
   * @throws `ERR_RPC_*`; what the paying account's send throws.
   */
  ensureGas(): Promise<boolean>;
  toJSON(): Record<string, string>;
}

/** One address of a user on one chain. Holds no key: it asks the vault for each signature. */
export interface Account<Name extends string = string> extends SendingAccount<Name> {
  /** The BIP-32 path from the wallet's phrase. */
  readonly path: string;
  /** Chain, address and path. */
  toJSON(): Record<string, string>;
}

/** What accounts of users and services do alike. */
export class OutboxAccount<Name extends string> implements SendingAccount<Name> {
  readonly chain: Name;
  readonly address: string;
  readonly adapter: ChainAdapter<Name>;
  readonly signer: Signer;
  readonly #outbox: Outbox;
  readonly #sender: Sender;

  constructor({ chain, outbox, sender, signer }: AccountParts<Name>) {
    this.chain = chain.name;
    this.address = sender.key.address;
    this.adapter = chain;
    this.signer = signer;
    this.#outbox = outbox;
    this.#sender = sender;
  }

  getBalance(): Promise<bigint> {
    return this.adapter.getBalance(this.address);
  }

  read(call: ContractRead): Promise<unknown> {
    return this.adapter.read(call);
  }

  send(intent: Intent, options?: SendOptions): Promise<TransactionHandle> {
    return this.#outbox.send(this.#sender, intent, options);
  }

  explain(intent: Intent): Promise<Explanation> {
    return this.#outbox.explain(this.chain, intent);
  }

  ensureGas(): Promise<boolean> {
    return this.#outbox.ensureGas(this.#sender);
  }

  toJSON(): Record<string, string> {
    return { chain: this.chain, address: this.address };
  }

  [inspect.custom](): string {
    return `Account ${inspect(this.toJSON())}`;
  }
}

/** An account of a stored wallet. */
export class WalletAccount<Name extends string> extends OutboxAccount<Name> implements Account<Name> {
  readonly path: string;

  constructor(parts: AccountParts<Name>, path: string) {
    super(parts);
    this.path = path;
  }

  override toJSON(): Record<string, string> {
    return { ...super.toJSON(), path: this.path };
  }
}
