import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, onTestFinished, vi } from "vitest";
import type { RowMacKey, RowMacs } from "../../../src/ports/row-macs.ts";
import { branchKeySchema } from "../../../src/store/branch-keys.ts";
import type { TransactionEvent, TransactionEventName } from "../../../src/transactions/events.ts";
import type { Database } from "../../../src/store/database.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { webhookSchema, type WebhookTables } from "../../../src/transactions/webhooks/schema.ts";
import { createWebhooks, type WebhookEndpoint, type Webhooks } from "../../../src/transactions/webhooks/webhooks.ts";
import { createRecorder, type Recorder } from "../../harness/recorder.ts";
import type { SeenRequest } from "../../harness/rpc-server.ts";
import { adapterOf, type StorePlace } from "../../store/children/adapter-of.ts";
import { openMacs } from "./open-macs.ts";
import { WatchedClock } from "./watched-clock.ts";

export const secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

export interface Row {
  readonly endpoint: string;
  readonly eventId: string;
  readonly state: string;
  readonly attempts: number;
  /** From the clock's beginning. */
  readonly nextMs: number;
}

export interface Scene {
  readonly place: StorePlace;
  readonly database: Database;
  readonly clock: WatchedClock;
  readonly recorder: Recorder;
  /** What opens the branch keys of every tenant here. */
  readonly rootKey: Uint8Array;
  /** On a connection of its own, with the scene's clock unless given another. */
  create(endpoints: readonly WebhookEndpoint[], options?: CreateOptions): Promise<Webhooks>;
  /** Until the test ends, or the returned function stops it. */
  start(webhooks: Webhooks, ofClock?: WatchedClock): () => Promise<void>;
  /** The key of its tenant's rows, until the test ends. */
  keyOf(webhooks: Webhooks): Promise<RowMacKey>;
  /** Runs a statement past the code. */
  sql(text: string): Promise<void>;
  /** In a transaction of its own. */
  enqueue(webhooks: Webhooks, ...events: readonly TransactionEvent[]): Promise<void>;
  rows(): Promise<readonly Row[]>;
  /** Waits until rows are as expected (`toMatchObject`), whatever their order. */
  rowsBecome(expected: readonly Partial<Row>[]): Promise<void>;
}

export interface CreateOptions {
  readonly tenant?: string;
  readonly random?: () => number;
  readonly clock?: WatchedClock;
  /** Instead of those that the scene has for the tenant. */
  readonly macs?: RowMacs;
}

/** The moment at which a watched clock begins. */
export const beginMs = new WatchedClock().now();

export async function openScene(place: StorePlace, isMigrated = true): Promise<Scene> {
  const database = await openDatabase(place);
  await migrate(database, branchKeySchema);
  if (isMigrated) await migrate(database, webhookSchema);
  const clock = new WatchedClock();
  const recorder = createRecorder();
  const rootKey = randomBytes(32);
  const macsOf = new Map<string, RowMacs>();
  const tenants = new Map<Webhooks, string>();
  const scenesMacs = async (tenant: string): Promise<RowMacs> => {
    const known = macsOf.get(tenant);
    if (known !== undefined) return known;
    const { macs } = openMacs(database, tenant, rootKey, clock);
    // Made at once: who waits for another's key does so by a clock that stands here.
    (await macs.lease({ kind: "tenant" })).release();
    macsOf.set(tenant, macs);
    return macs;
  };
  const keyOf = async (webhooks: Webhooks): Promise<RowMacKey> => {
    const macs = await scenesMacs(tenants.get(webhooks) ?? expect.fail("not of this scene"));
    const key = await macs.lease({ kind: "tenant" });
    onTestFinished(key.release);
    return key;
  };
  const rows = async (): Promise<readonly Row[]> => {
    const found = await database.reader
      .$extendTables<WebhookTables>()
      .selectFrom("latchkey_webhook_deliveries")
      .selectAll()
      .orderBy("endpoint")
      .orderBy("event_id")
      .execute();
    return found.map(({ endpoint, event_id: eventId, state, attempts, next_at: at }) => ({
      endpoint,
      eventId,
      state,
      attempts,
      nextMs: Number(at) - beginMs,
    }));
  };
  return {
    place,
    database,
    clock,
    recorder,
    rootKey,
    create: async (endpoints, options = {}) => {
      const { tenant = "default" } = options;
      const webhooks = createWebhooks({
        endpoints,
        tenant,
        database: await openDatabase(place),
        macs: options.macs ?? (await scenesMacs(tenant)),
        clock: options.clock ?? clock,
        logger: recorder.logger,
        meter: recorder.meter,
        workerId: "worker-1",
        random: options.random ?? (() => 0),
      });
      tenants.set(webhooks, tenant);
      return webhooks;
    },
    keyOf,
    sql: async (text) => {
      await database.transaction((tx) => sql.raw(text).execute(tx));
    },
    start: (webhooks, ofClock = clock) => {
      const stop = new AbortController();
      const running = webhooks.run(stop.signal);
      const end = async (): Promise<void> => {
        stop.abort();
        // The time that posts under way are given.
        await ofClock.advance(1000);
        await running;
      };
      onTestFinished(end);
      return end;
    },
    enqueue: async (webhooks, ...events) => {
      const key = await keyOf(webhooks);
      await database.transaction((tx) => webhooks.enqueue(tx, events, key));
    },
    rows,
    rowsBecome: async (expected) => {
      await vi.waitFor(
        async () => {
          const found = await rows();
          expect(found).toHaveLength(expected.length);
          expect(found).toEqual(expect.arrayContaining(expected.map((row): unknown => expect.objectContaining(row))));
        },
        { interval: 2, timeout: 10_000 },
      );
    },
  };
}

async function openDatabase(place: StorePlace): Promise<Database> {
  const database = await adapterOf(place).open(silentLogger);
  onTestFinished(() => database.close());
  return database;
}

export function eventOf(name: TransactionEventName = "transaction.mined"): TransactionEvent {
  const id = randomUUID();
  return { name, id, atMs: beginMs - 1234, transaction: { id: `transaction-of-${id}`, value: "1000000000000000000" } };
}

export function eventsOf(count: number): readonly TransactionEvent[] {
  return Array.from({ length: count }, () => eventOf());
}

/** What a receiver's own code would check, without any of Latchkey's: the specification's words, over what came in. */
export function isSigned({ headers, body }: SeenRequest, key = Buffer.from(secret.slice(6), "base64")): boolean {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  const mac = createHmac("sha256", key).update([id, timestamp, body].join("."));
  return signature === `v1,${mac.digest("base64")}`;
}

export function idsOf(requests: readonly SeenRequest[]): readonly unknown[] {
  return requests.map(({ headers }) => headers["webhook-id"]).sort();
}
