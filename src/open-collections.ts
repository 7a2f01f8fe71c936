import { randomUUID } from "node:crypto";
import { collectionRows } from "./collections/collection-rows.ts";
import type { Collections } from "./collections/collections.ts";
import { createCollections } from "./collections/create-collections.ts";
import { settleDeployments } from "./collections/deploy.ts";
import { lookForPayments } from "./collections/incoming/payments.ts";
import { paymentRows } from "./collections/incoming/payment-rows.ts";
import { type FindOwners, tokenNews } from "./collections/incoming/token-news.ts";
import { createIndexer } from "./collections/index/indexer.ts";
import { indexRows } from "./collections/index/index-rows.ts";
import { linkRows } from "./collections/links/link-rows.ts";
import { tokenRows } from "./collections/token-rows.ts";
import { LatchkeyError } from "./errors/latchkey-error.ts";
import type { ChainAdapter } from "./ports/chain-adapter.ts";
import type { Logger } from "./ports/logger.ts";
import type { PolicyGate } from "./ports/policy-gate.ts";
import type { RowMacs } from "./ports/row-macs.ts";
import type { Database } from "./store/database.ts";
import type { Outbox } from "./transactions/outbox.ts";
import { gatedSigner } from "./transactions/policy/gated-signer.ts";
import type { Clock } from "./units/clock.ts";
import { isRecord } from "./units/is-record.ts";
import type { Gate } from "./units/gate.ts";
import { type Account, OutboxAccount } from "./wallets/account.ts";
import { accountOwners } from "./wallets/account-owners.ts";
import type { EventHub } from "./wallets/events.ts";
import type { Services } from "./wallets/services.ts";
import { userKeyOf } from "./wallets/user-key.ts";
import type { Wallet } from "./wallets/wallet.ts";
import type { Wallets } from "./wallets/wallets.ts";

export interface OpenCollectionsParts<Name extends string> {
  readonly tenant: string;
  readonly chains: readonly ChainAdapter<Name>[];
  readonly database: Database;
  readonly macs: RowMacs;
  readonly outbox: Outbox;
  readonly policy: PolicyGate;
  readonly wallets: Wallets<Name>;
  readonly services: Services<Name>;
  readonly events: EventHub;
  readonly gate: Gate;
  readonly closing: AbortSignal;
  /** Whether a call on collections starts the indexer of this process. */
  readonly startsItself: boolean;
  /** Whether payments are looked for. */
  readonly watch: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The collections of an instance, and the indexer that works for them. */
export interface OpenCollections<Name extends string> {
  readonly collections: Collections<Name>;
  start(): void;
  /** Ends what is under way. Calls do not start the indexer again; `start` does. */
  stop(): Promise<void>;
}

export function openCollections<Name extends string>(parts: OpenCollectionsParts<Name>): OpenCollections<Name> {
  const { tenant, chains, database, macs, outbox, wallets, services, events, clock, logger } = parts;
  const collections = collectionRows(database, tenant);
  const indexes = indexRows(database);
  const payments = paymentRows(database, tenant);
  const find: FindOwners = (scheme, addresses) => accountOwners(database, tenant, scheme, addresses);
  const indexer = createIndexer({
    tenant,
    chains,
    collections,
    rows: indexes,
    workerId: randomUUID(),
    settle: (chain) => settleDeployments({ collections, outbox }, chain),
    onTransfers: async (chain, collection, transfers) => {
      for (const news of await tokenNews(find, chain, collection, transfers)) events.emit("token.received", news);
    },
    ...(parts.watch
      ? {
          alongside: (chain, head) =>
            lookForPayments(
              {
                rows: payments,
                find,
                tell: (news) => {
                  events.emit("payment.received", news);
                },
              },
              chain,
              head,
            ),
        }
      : {}),
    clock,
    logger,
  });
  const accountOn = (wallet: Wallet<Name> | undefined, chainName: string): Account<Name> | undefined => {
    const chain = chains.find(({ name }) => name === chainName);
    return chain === undefined ? undefined : wallet?.accounts[chain.name];
  };
  let isStopped = false;
  return {
    collections: createCollections({
      tenant,
      chains,
      collections,
      indexes,
      tokens: tokenRows(database),
      links: linkRows(database, tenant),
      macs,
      outbox,
      service: (name, chainName) => {
        const chain = chains.find((each) => each.name === chainName);
        const sender = services.senderOn(name, chainName);
        if (chain === undefined || sender === undefined) return undefined;
        const signer = gatedSigner(sender.signer, sender.subject, parts.policy);
        return new OutboxAccount({ chain, outbox, sender, signer });
      },
      accountAt: async (chain, address) => {
        const account = accountOn(await wallets.findByAddress(address), chain);
        return account?.address === address ? account : undefined;
      },
      accountOf: async (userId, chain) => {
        const account = accountOn(await wallets.wallet(userId), chain);
        return account === undefined ? undefined : { userKey: userKeyOf(tenant, userId), address: account.address };
      },
      gate: parts.gate,
      closing: parts.closing,
      clock,
      onUse: () => {
        if (parts.startsItself && !isStopped) indexer.start();
      },
    }),
    start: () => {
      isStopped = false;
      indexer.start();
    },
    stop: async () => {
      isStopped = true;
      await indexer.stop();
    },
  };
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireCollectionsOptions(given: unknown): void {
  if (given === undefined) return;
  const isSound = isRecord(given) && Object.keys(given).every((name) => name === "watch");
  if (isSound && (given["watch"] === undefined || typeof given["watch"] === "boolean")) return;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "openLatchkey: collections is an object with watch, true or false. Nothing was opened.",
  );
}
