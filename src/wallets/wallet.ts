import { inspect } from "node:util";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { WalletId } from "../units/brands.ts";
import type { Account } from "./account.ts";
import type { WalletRecord } from "./wallet-rows.ts";

/** The accounts of a wallet by chain name. */
export type Accounts<Name extends string> = { readonly [N in Name]: Account<N> };

/** One user's custodial wallet: an account on every configured chain, all from one sealed secret. */
export interface Wallet<Name extends string = string> {
  /** A random UUID. */
  readonly id: WalletId;
  /** The backend's own id of the user, as given at login. */
  readonly userId: string;
  readonly createdAt: Date;
  /**
   * By chain name. An account that the wallet does not have yet throws `ERR_WALLET_INCOMPLETE` when it is taken; after
   * `login` none is missing.
   */
  readonly accounts: Accounts<Name>;
  /** Without secrets. */
  toJSON(): Record<string, unknown>;
}

/** A wallet as the store has it. */
export class StoredWallet<Name extends string> implements Wallet<Name> {
  readonly id: WalletId;
  readonly userId: string;
  readonly createdAt: Date;
  readonly accounts: Accounts<Name>;

  constructor(record: WalletRecord, accounts: Accounts<Name>) {
    this.id = record.walletId;
    this.userId = record.userId;
    this.createdAt = new Date(record.createdAt);
    this.accounts = accounts;
  }

  toJSON(): Record<string, unknown> {
    return { id: this.id, userId: this.userId, createdAt: this.createdAt.toISOString(), accounts: this.accounts };
  }

  [inspect.custom](): string {
    return `Wallet ${inspect({ id: this.id, userId: this.userId, createdAt: this.createdAt, accounts: this.accounts })}`;
  }
}

/**
 * Puts accounts under their chains' names. Missing ones are there as members that throw when taken, but are not listed.
 *
 * @param make - undefined where the wallet has no account for the chain.
 */
export function accountsByChain<Name extends string>(
  names: readonly Name[],
  make: (name: Name) => Account | undefined,
): Accounts<Name> {
  const accounts: Record<string, Account> = {};
  for (const name of names) {
    const account = make(name);
    if (account !== undefined) accounts[name] = account;
    else Object.defineProperty(accounts, name, { get: () => incomplete(name), enumerable: false });
  }
  Object.freeze(accounts);
  if (!hasEvery(accounts, names)) throw incompleteError(names.join(", "));
  return accounts;
}

function hasEvery<Name extends string>(
  accounts: Record<string, Account>,
  names: readonly Name[],
): accounts is Record<string, Account> & Accounts<Name> {
  return names.every((name) => Object.hasOwn(accounts, name));
}

function incomplete(name: string): never {
  throw incompleteError(name);
}

function incompleteError(name: string): LatchkeyError {
  return new LatchkeyError(
    "ERR_WALLET_INCOMPLETE",
    `This wallet has no account on "${name}" yet: the chain was configured after the user's last login. Log the user in, or run backfill().`,
    { context: { chain: name } },
  );
}
