import type { Kysely, Transaction } from "kysely";
import type { RowMacKey } from "../../ports/row-macs.ts";
import type { Database, NoTables } from "../../store/database.ts";
import type { TransactionEvent } from "../events.ts";
import { branchText } from "../lease-keys.ts";
import { deliveryMacFields, deliveryMacTable } from "./delivery-mac.ts";
import type { DeliveryState, WebhookTables } from "./schema.ts";

/** How long a claim holds: whoever has not said by then how it went is taken for dead. Well above the limit of a post. */
const claimMs = 60_000;
/** How long what has ended can still be looked up. */
const keptMs = 7 * 24 * 3_600_000;
/** Rows in one statement: far from the databases' limits on parameters. */
const rowsAtOnce = 500;

interface DeliveryKey {
  readonly eventId: string;
  readonly endpoint: string;
}

/** A delivery that waits. `attempts` and `nextAt` together are the compare-and-swap of those who claim it. */
export interface WaitingDelivery extends DeliveryKey {
  readonly attempts: number;
  readonly nextAt: number;
}

/** A delivery that this process sends now. `attempts` counts this one. */
export interface ClaimedDelivery extends WaitingDelivery {
  readonly event: string;
  readonly body: string;
  /** Not checked yet: see `createInspection`. */
  readonly macBranch: string;
  readonly mac: string;
}

/** One tenant's deliveries. */
export interface Deliveries {
  /** Due at once. `key` is the tenant's. */
  add(
    tx: Transaction<NoTables>,
    wanted: readonly { readonly event: TransactionEvent; readonly endpoint: string }[],
    key: RowMacKey,
    nowMs: number,
  ): Promise<void>;
  /** Those of these endpoints that are due next, or being sent, the earliest first. */
  next(endpoints: readonly string[], limit: number): Promise<readonly WaitingDelivery[]>;
  /** Of these, those that nobody else has claimed. */
  claim(waiting: readonly WaitingDelivery[], nowMs: number): Promise<readonly ClaimedDelivery[]>;
  /** Whoever's the claim is by now. */
  succeed(delivery: ClaimedDelivery, nowMs: number): Promise<void>;
  /** Unless somebody else has taken over. True: it is written. */
  end(delivery: ClaimedDelivery, state: Exclude<DeliveryState, "pending">, nowMs: number): Promise<boolean>;
  /** As `end`. */
  postpone(delivery: ClaimedDelivery, nextAt: number): Promise<boolean>;
  /** As `postpone`, for what was not tried: the claim does not count as an attempt. */
  putBack(delivery: ClaimedDelivery, nextAt: number): Promise<boolean>;
  /** Deletes some that ended long ago. False: there are none left. */
  deleteOld(nowMs: number): Promise<boolean>;
  /** Names of endpoints that something waits for. */
  awaitedEndpoints(): Promise<readonly string[]>;
}

export function deliveriesOf(database: Database, tenant: string): Deliveries {
  const reader = database.reader.$extendTables<WebhookTables>();

  /** Writes a row that still waits; `claim` given, only if that is still its claim. */
  function write(
    { eventId, endpoint }: DeliveryKey,
    change: { readonly state: DeliveryState; readonly next_at: number; readonly attempts?: number },
    claim?: WaitingDelivery,
  ): Promise<boolean> {
    return database.transaction(async (tx) => {
      let query = deliveries(tx).set(change).where("event_id", "=", eventId).where("endpoint", "=", endpoint);
      if (claim !== undefined) query = query.where("attempts", "=", claim.attempts).where("next_at", "=", claim.nextAt);
      return (await query.executeTakeFirstOrThrow()).numUpdatedRows === 1n;
    });
  }

  function deliveries(tx: Kysely<NoTables>) {
    return tx
      .$extendTables<WebhookTables>()
      .updateTable("latchkey_webhook_deliveries")
      .where("tenant", "=", tenant)
      .where("state", "=", "pending");
  }

  async function claimOne(tx: Transaction<NoTables>, one: WaitingDelivery, nowMs: number) {
    const { eventId, endpoint, attempts, nextAt } = one;
    const claimed = { attempts: attempts + 1, nextAt: nowMs + claimMs };
    const { numUpdatedRows } = await deliveries(tx)
      .set({ attempts: claimed.attempts, next_at: claimed.nextAt })
      .where("event_id", "=", eventId)
      .where("endpoint", "=", endpoint)
      .where("attempts", "=", attempts)
      .where("next_at", "=", nextAt)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) return [];
    const row = await tx
      .$extendTables<WebhookTables>()
      .selectFrom("latchkey_webhook_deliveries")
      .select(["event", "body", "mac_branch", "mac"])
      .where("tenant", "=", tenant)
      .where("event_id", "=", eventId)
      .where("endpoint", "=", endpoint)
      .executeTakeFirstOrThrow();
    const { event, body, mac_branch: macBranch, mac } = row;
    return [{ eventId, endpoint, event, body, macBranch, mac, ...claimed }];
  }

  return {
    add: async (tx, wanted, key, nowMs) => {
      const rows = wanted.map(({ event, endpoint }) => {
        const body = bodyOf(event);
        const fields = deliveryMacFields({ tenant, eventId: event.id, endpoint, event: event.name, body });
        return {
          tenant,
          event_id: event.id,
          endpoint,
          event: event.name,
          body,
          mac_branch: branchText(key.branch),
          mac: key.macOf(deliveryMacTable, fields),
          state: "pending" as const,
          attempts: 0,
          next_at: nowMs,
        };
      });
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        const some = rows.slice(at, at + rowsAtOnce);
        await database.insertIfAbsent(
          tx.$extendTables<WebhookTables>().insertInto("latchkey_webhook_deliveries").values(some),
        );
      }
    },

    next: async (endpoints, limit) => {
      const rows = await reader
        .selectFrom("latchkey_webhook_deliveries")
        .select(["event_id", "endpoint", "attempts", "next_at"])
        .where("tenant", "=", tenant)
        .where("state", "=", "pending")
        .where("endpoint", "in", endpoints)
        .orderBy("next_at")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        eventId: row.event_id,
        endpoint: row.endpoint,
        attempts: row.attempts,
        // PostgreSQL's driver returns a bigint as text.
        nextAt: Number(row.next_at),
      }));
    },

    claim: (waiting, nowMs) => {
      // One order for all processes, so that none waits for another that waits for it.
      const sorted = waiting.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
      return database.transaction(async (tx) => {
        const claimed: ClaimedDelivery[] = [];
        for (const one of sorted) claimed.push(...(await claimOne(tx, one, nowMs)));
        return claimed;
      });
    },

    succeed: async (delivery, nowMs) => {
      await write(delivery, { state: "delivered", next_at: nowMs });
    },
    end: (delivery, state, nowMs) => write(delivery, { state, next_at: nowMs }, delivery),
    postpone: (delivery, nextAt) => write(delivery, { state: "pending", next_at: nextAt }, delivery),
    putBack: (delivery, nextAt) =>
      write(delivery, { state: "pending", attempts: delivery.attempts - 1, next_at: nextAt }, delivery),

    deleteOld: (nowMs) =>
      database.transaction(async (tx) => {
        const table = tx.$extendTables<WebhookTables>();
        const old = await table
          .selectFrom("latchkey_webhook_deliveries")
          .select("event_id")
          .where("tenant", "=", tenant)
          .where("state", "in", ["delivered", "gone", "failed"])
          .where("next_at", "<", nowMs - keptMs)
          .orderBy("event_id")
          .limit(rowsAtOnce)
          .execute();
        if (old.length === 0) return false;
        await table
          .deleteFrom("latchkey_webhook_deliveries")
          .where("tenant", "=", tenant)
          .where("state", "in", ["delivered", "gone", "failed"])
          .where("next_at", "<", nowMs - keptMs)
          .where(
            "event_id",
            "in",
            old.map((row) => row.event_id),
          )
          .execute();
        return true;
      }),

    awaitedEndpoints: async () => {
      const rows = await reader
        .selectFrom("latchkey_webhook_deliveries")
        .select("endpoint")
        .distinct()
        .where("tenant", "=", tenant)
        .where("state", "=", "pending")
        .execute();
      return rows.map((row) => row.endpoint);
    },
  };
}

/** Written once: a redelivery has the same bytes, whatever a later release would write. */
function bodyOf({ name, atMs, transaction }: TransactionEvent): string {
  return JSON.stringify({ type: name, timestamp: new Date(atMs).toISOString(), data: transaction });
}

function keyOf({ eventId, endpoint }: DeliveryKey): string {
  return `${eventId} ${endpoint}`;
}
