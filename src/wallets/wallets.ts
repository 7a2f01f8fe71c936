import { randomUUID } from "node:crypto";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";
import type { KeyScheme } from "../ports/key-scheme.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { PolicyGate } from "../ports/policy-gate.ts";
import type { Database } from "../store/database.ts";
import { metrics } from "../telemetry/metrics.ts";
import type { Outbox } from "../transactions/outbox.ts";
import { gatedSigner } from "../transactions/policy/gated-signer.ts";
import type { SenderKey } from "../transactions/record.ts";
import type { Sender } from "../transactions/senders.ts";
import { toWalletId, type UserKey, type WalletId } from "../units/brands.ts";
import type { Clock } from "../units/clock.ts";
import { SingleFlight } from "../units/single-flight.ts";
import { openFailed } from "../vault/open-failed.ts";
import type { DerivedAccount, SealedWallet, Vault } from "../vault/vault.ts";
import { WalletAccount } from "./account.ts";
import type { EventHub } from "./events.ts";
import { requireId, userKeyOf } from "./user-key.ts";
import { accountsByChain, StoredWallet, type Wallet } from "./wallet.ts";
import {
  type LackingWallet,
  type SealedRecord,
  type WalletRecord,
  type WalletRows,
  walletRows,
} from "./wallet-rows.ts";

export interface WalletsOptions<Name extends string> {
  readonly tenant: string;
  readonly chains: readonly ChainAdapter<Name>[];
  readonly outbox: Outbox;
  readonly policy: PolicyGate;
  readonly vault: Vault;
  readonly database: Database;
  readonly events: EventHub;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** How often a reseal is tried against other writers of the same row. */
const resealAttempts = 5;

/** Gives each user one wallet with an account on every configured chain. */
export class Wallets<Name extends string> {
  readonly #options: WalletsOptions<Name>;
  readonly #rows: WalletRows;
  readonly #schemes: readonly KeyScheme[];
  readonly #logins = new SingleFlight<WalletRecord>();

  constructor(options: WalletsOptions<Name>) {
    this.#options = options;
    this.#rows = walletRows(options.database, options.tenant);
    this.#schemes = [...new Map(options.chains.map(({ scheme }) => [scheme.id, scheme])).values()];
  }

  async login(userId: string): Promise<Wallet<Name>> {
    const { clock, meter, tenant } = this.#options;
    requireId(userId, "user id");
    const startMs = clock.monotonicMs();
    let outcome = "existing";
    try {
      const userKey = userKeyOf(tenant, userId);
      const record = await this.#logins.do(userKey, async () => {
        const existing = await this.#find(userKey, userId);
        if (existing !== undefined) return await this.#complete(existing);
        outcome = "created";
        return await this.#create(userKey, userId);
      });
      return this.#walletOf(record);
    } catch (error) {
      outcome = "failed";
      throw error;
    } finally {
      meter.record(metrics.logins, 1, { outcome });
      meter.record(metrics.loginSeconds, (clock.monotonicMs() - startMs) / 1000, { outcome });
    }
  }

  async wallet(userId: string): Promise<Wallet<Name> | undefined> {
    requireId(userId, "user id");
    const record = await this.#find(userKeyOf(this.#options.tenant, userId), userId);
    return record === undefined ? undefined : this.#walletOf(record);
  }

  async findByAddress(address: string): Promise<Wallet<Name> | undefined> {
    const candidates = this.#schemes.flatMap((scheme) => {
      const parsed = parseAddress(scheme, address);
      return parsed === undefined ? [] : [{ scheme: scheme.id, address: parsed }];
    });
    if (candidates.length === 0) {
      throw new LatchkeyError(
        "ERR_CHAIN_ADDRESS_INVALID",
        "This is not an address of any configured chain. Nothing was looked up.",
      );
    }
    const found = await this.#rows.findByAddress(candidates);
    if (found === undefined) return undefined;
    this.#requireKeyOf(found.record.userId, found.userKey);
    return this.#walletOf(found.record);
  }

  /** Wallets that lack an account of a configured scheme; `completeWallet` completes one. */
  countLacking(): Promise<number> {
    return this.#rows.countLacking(this.#schemeIds());
  }

  lacking(after: string, limit: number): ReturnType<WalletRows["lacking"]> {
    return this.#rows.lacking({ after, limit, schemes: this.#schemeIds() });
  }

  /** Gives a wallet the accounts it lacks, if any. */
  async completeWallet({ userKey, userId }: LackingWallet): Promise<void> {
    this.#requireKeyOf(userId, userKey);
    await this.#logins.do(userKey, async () => {
      const record = await this.#find(userKey, userId);
      if (record === undefined) throw gone();
      return await this.#complete(record);
    });
  }

  /** The user's record, in one query. A row that names somebody else is not the one that was stored. */
  async #find(userKey: UserKey, userId: string): Promise<WalletRecord | undefined> {
    const record = await this.#rows.find(userKey);
    if (record !== undefined && record.userId !== userId) throw openFailed();
    return record;
  }

  /** For user ids that came out of the store: the key was made of what the id was when the wallet was stored. */
  #requireKeyOf(userId: unknown, userKey: UserKey): void {
    if (typeof userId !== "string" || userKeyOf(this.#options.tenant, userId) !== userKey) throw openFailed();
  }

  #schemeIds(): string[] {
    return this.#schemes.map((scheme) => scheme.id);
  }

  async #create(userKey: UserKey, userId: string): Promise<WalletRecord> {
    const { clock, events, vault } = this.#options;
    const walletId = toWalletId(randomUUID());
    const { sealed, accounts } = await vault.create({ userKey, walletId }, this.#schemes);
    const createdAt = new Date(clock.now()).toISOString();
    if (await this.#rows.insert(userId, sealed, accounts, createdAt)) {
      const record = { walletId, userId, createdAt, accounts, branch: sealed.branch };
      events.emit("wallet.created", this.#eventOf(record));
      return record;
    }
    // Another process was first. Its wallet is the wallet; the secret made here was never anybody's.
    const winner = await this.#find(userKey, userId);
    if (winner === undefined) throw gone();
    return await this.#complete(winner);
  }

  /**
   * Adds the accounts that newly configured schemes ask for, and those whose rows are gone: one reseal, decided by
   * compare-and-swap.
   */
  async #complete(seen: WalletRecord): Promise<WalletRecord> {
    let record = seen;
    for (let attempt = 0; attempt < resealAttempts; attempt += 1) {
      const { known, missing, moved } = this.#compare(record);
      if (moved !== undefined) throw await this.#whyMoved(record, moved);
      if (missing.length === 0) return record;
      const stored = await this.#sealed(record.walletId);
      const { sealed, accounts: added } = await this.#options.vault.extend(
        stored.sealed,
        record.accounts,
        known,
        missing,
      );
      if (await this.#rows.extend(stored.revision, sealed, added)) {
        const extended = { ...record, accounts: [...record.accounts, ...added], branch: sealed.branch };
        for (const scheme of missing) this.#options.meter.record(metrics.walletsExtended, 1, { scheme: scheme.id });
        this.#options.events.emit("wallet.extended", this.#eventOf(extended));
        return extended;
      }
      const current = await this.#find(stored.sealed.userKey, seen.userId);
      if (current === undefined) throw gone();
      record = current;
    }
    throw new LatchkeyError(
      "ERR_WALLET_CONFLICT",
      "Other processes kept changing this wallet while an account was added. Nothing was changed here; try again.",
      { context: { walletId: seen.walletId } },
    );
  }

  /** How the accounts stand to the configured schemes; `moved` has another path in the row. */
  #compare(record: WalletRecord): { known: KeyScheme[]; missing: KeyScheme[]; moved: KeyScheme | undefined } {
    const known: KeyScheme[] = [];
    const missing: KeyScheme[] = [];
    let moved: KeyScheme | undefined;
    for (const scheme of this.#schemes) {
      const account = accountOf(record, scheme);
      if (account === undefined) missing.push(scheme);
      else if (account.path === scheme.path) known.push(scheme);
      else moved ??= scheme;
    }
    return { known, missing, moved };
  }

  /** Tells an altered row from a changed configuration, by the sealed secret: the row alone cannot tell. */
  async #whyMoved(record: WalletRecord, scheme: KeyScheme): Promise<LatchkeyError> {
    const { sealed } = await this.#sealed(record.walletId);
    // Known and added at once: the row's address is compared with its sealed key, and the account at the configured path derived.
    const { accounts } = await this.#options.vault.extend(sealed, record.accounts, [scheme], [scheme]);
    const account = accountOf(record, scheme);
    if (accounts.some(({ address }) => address === account?.address)) return openFailed();
    return new LatchkeyError(
      "ERR_CONFIG_INVALID",
      `Scheme "${scheme.id}" is configured with path ${scheme.path}, but this wallet was made with another one. Nothing was changed; give the new path a scheme id of its own.`,
      { context: { walletId: record.walletId, scheme: scheme.id } },
    );
  }

  async #sealed(walletId: WalletId): Promise<SealedRecord> {
    const stored = await this.#rows.sealed(walletId);
    if (stored === undefined) throw gone();
    // SQLite keeps a value of any type in any column.
    if (!(stored.sealed.envelope instanceof Uint8Array)) throw openFailed();
    return stored;
  }

  #walletOf(record: WalletRecord): Wallet<Name> {
    const { chains, outbox, policy } = this.#options;
    if (Number.isNaN(Date.parse(record.createdAt))) throw openFailed();
    const names = chains.map((chain) => chain.name);
    const accounts = accountsByChain(names, (name) => {
      const chain = chains.find((candidate) => candidate.name === name);
      const account = chain === undefined ? undefined : accountOf(record, chain.scheme);
      if (chain === undefined || account === undefined) return undefined;
      const sender = this.#senderOf(record, chain, account);
      const signer = gatedSigner(sender.signer, sender.subject, policy);
      return new WalletAccount({ chain, outbox, sender, signer }, account.path);
    });
    return new StoredWallet(record, accounts);
  }

  /**
   * Who sends from a stored wallet's account.
   *
   * @returns undefined where the wallet has no such account.
   * @throws `ERR_VAULT_OPEN_FAILED` the stored row was altered; `ERR_STORE_*`.
   */
  async senderOf(walletId: string, key: SenderKey): Promise<Sender | undefined> {
    const found = await this.#rows.findById(walletId);
    const chain = this.#options.chains.find(({ name }) => name === key.chain);
    if (found === undefined || chain === undefined) return undefined;
    this.#requireKeyOf(found.record.userId, found.userKey);
    const account = accountOf(found.record, chain.scheme);
    if (account?.address !== key.address || chain.chainId !== key.chainId) return undefined;
    return this.#senderOf(found.record, chain, account);
  }

  /** Signs by the vault alone: whoever uses it has asked the policy. */
  #senderOf(record: WalletRecord, chain: ChainAdapter, account: DerivedAccount): Sender {
    const load = async (): Promise<SealedWallet> => (await this.#sealed(record.walletId)).sealed;
    return {
      key: { chain: chain.name, chainId: chain.chainId, address: account.address },
      subject: { kind: "user", walletId: record.walletId, userId: record.userId },
      signer: this.#options.vault.signer(account, chain.scheme, load),
      owner: { kind: "wallet", walletId: record.walletId, branch: record.branch },
    };
  }

  #eventOf(record: WalletRecord): { walletId: WalletId; userId: string; addresses: Record<string, string> } {
    const addresses = this.#options.chains.flatMap(({ name, scheme }) => {
      const account = accountOf(record, scheme);
      return account === undefined ? [] : [[name, account.address] as const];
    });
    return { walletId: record.walletId, userId: record.userId, addresses: Object.fromEntries(addresses) };
  }
}

function accountOf({ accounts }: WalletRecord, scheme: KeyScheme): DerivedAccount | undefined {
  return accounts.find((account) => account.scheme === scheme.id);
}

function parseAddress(scheme: KeyScheme, text: string): string | undefined {
  try {
    return scheme.parseAddress(text);
  } catch (error) {
    if (isLatchkeyError(error, "ERR_CHAIN_ADDRESS_INVALID")) return undefined;
    throw error;
  }
}

function gone(): LatchkeyError {
  return new LatchkeyError(
    "ERR_WALLET_CONFLICT",
    "The wallet's row disappeared while it was in use. Nothing was changed; try again.",
  );
}
