import { isRecord } from "../units/is-record.ts";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { Intent } from "../ports/intent.ts";
import type { Database } from "../store/database.ts";
import type { Clock } from "../units/clock.ts";
import type { ChainView } from "./chain-view.ts";
import type { TransactionHandle } from "./handle.ts";
import { parsePayload } from "./json.ts";
import type { SenderKey } from "./record.ts";
import type { TransactionTables } from "./schema.ts";
import { isName, type SendOptions } from "./send-options.ts";
import type { Sender, SignerSource } from "./senders.ts";
import { endStates, isTransactionState } from "./states.ts";

/** Who pays for the gas of accounts that have none. Amounts in base units. */
export interface TopUpPolicy {
  /** The service account that pays. */
  readonly from: string;
  /** An account below this is topped up by `ensureGas()`. */
  readonly below: bigint;
  /** To this. */
  readonly upTo: bigint;
  /** What one account may be given within a day (UTC). */
  readonly perAccountPerDay: bigint;
}

export interface TopUps {
  /** For a sender whose queue lacks `needed`: true if money is on its way, and enough of it. */
  forSender(key: SenderKey, needed: bigint): Promise<boolean>;
  /** True if money is on its way. */
  ensure(sender: Pick<Sender, "key">): Promise<boolean>;
}

export interface TopUpParts {
  readonly tenant: string;
  readonly database: Database;
  readonly views: ReadonlyMap<string, ChainView>;
  readonly policies: Readonly<Record<string, TopUpPolicy>>;
  readonly source: SignerSource;
  readonly clock: Clock;
  readonly send: (sender: Sender, intent: Intent, options: SendOptions) => Promise<TransactionHandle>;
}

interface Given {
  readonly count: number;
  /** The last has not ended. */
  readonly isOpen: boolean;
  /** Of this day, in base units. */
  readonly today: bigint;
}

const dayMs = 86_400_000;
const keysPerQuery = 200;

/**
 * Gives accounts money for gas, out of a service account, by sends like any other. Each top-up of an account has a number, and its number
 * is its idempotency key: however many ask at once, one is sent, and the next only when it has ended.
 */
export function createTopUps(parts: TopUpParts): TopUps {
  const { tenant, database, views, policies, source, clock, send } = parts;

  /** The top-ups that an account had, in their order. Keys are compared whole: databases sort text in many ways. */
  async function given(keyOf: (index: number) => string): Promise<Given> {
    const dayBegan = Math.floor(clock.now() / dayMs) * dayMs;
    let count = 0;
    let today = 0n;
    for (;;) {
      const keys = Array.from({ length: keysPerQuery }, (_, index) => keyOf(count + index));
      const rows = await database.reader
        .$extendTables<TransactionTables>()
        .selectFrom("latchkey_transactions")
        .select(["state", "payload", "created_at"])
        .where("tenant", "=", tenant)
        .where("idempotency_key", "in", keys)
        .execute();
      count += rows.length;
      for (const { state, payload, created_at: createdAt } of rows) {
        if (!isTransactionState(state) || !endStates.has(state)) return { count, isOpen: true, today };
        // What failed or was cancelled gave nothing.
        if (state === "final" && Number(createdAt) >= dayBegan) today += parsePayload(payload)?.intent.value ?? 0n;
      }
      if (rows.length < keysPerQuery) return { count, isOpen: false, today };
    }
  }

  /** @param enough - with this the account needs nothing, and may go on. */
  async function topUp(key: SenderKey, amountFor: (balance: bigint) => bigint, enough = 2n ** 256n): Promise<boolean> {
    const policy = policies[key.chain];
    const chain = views.get(key.chain)?.chain;
    if (policy === undefined || chain === undefined) return false;
    const payer = source.service(policy.from, key.chain);
    if (payer === undefined || payer.key.address === key.address) return false;
    const keyOf = (index: number): string => `latchkey:gas:${String(key.chainId)}:${key.address}:${String(index)}`;
    const before = await given(keyOf);
    if (before.isOpen) return true;
    const balance = await chain.getBalance(key.address);
    // It has come meanwhile.
    if (balance >= enough) return true;
    const amount = amountFor(balance);
    if (amount <= 0n || before.today + amount > policy.perAccountPerDay) return false;
    try {
      const intent = { transfer: { to: key.address, value: amount } };
      await send(payer, intent, { idempotencyKey: keyOf(before.count) });
    } catch (error) {
      // Somebody else sends the same top-up at this moment, by a balance a little different.
      if (!isLatchkeyError(error, "ERR_TRANSACTION_KEY_REUSED")) throw error;
    }
    return true;
  }

  return {
    forSender: (key, needed) =>
      topUp(
        key,
        (balance) => {
          const { upTo = 0n } = policies[key.chain] ?? {};
          const lacking = needed - balance;
          // It pays for gas, not for what the account wants to give away.
          if (lacking > upTo) return 0n;
          return balance < upTo && upTo - balance > lacking ? upTo - balance : lacking;
        },
        needed,
      ),
    ensure: ({ key }) =>
      topUp(key, (balance) => {
        const { below = 0n, upTo = 0n } = policies[key.chain] ?? {};
        return balance < below ? upTo - balance : 0n;
      }),
  };
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireTopUps(given: unknown, chains: readonly string[]): void {
  if (given === undefined) return;
  if (!isRecord(given)) throw invalid("gas is an object by chain name");
  for (const [chain, policy] of Object.entries(given)) {
    if (!chains.includes(chain)) throw invalid(`gas names a chain that is not configured`);
    const { from, below, upTo, perAccountPerDay }: Partial<Record<keyof TopUpPolicy, unknown>> = isRecord(policy)
      ? policy
      : {};
    if (!isName(from)) throw invalid(`gas.${chain}.from is the name of a service account`);
    for (const amount of [below, upTo, perAccountPerDay])
      if (typeof amount !== "bigint" || amount < 0n)
        throw invalid(`gas.${chain} needs below, upTo and perAccountPerDay: bigints of base units`);
    if (typeof below === "bigint" && typeof upTo === "bigint" && upTo < below)
      throw invalid(`gas.${chain}.upTo is less than below`);
  }
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_CONFIG_INVALID", `openLatchkey: ${what}. Nothing was opened.`);
}
