import type { Transaction } from "kysely";
import type { Logger } from "../../ports/logger.ts";
import type { Meter } from "../../ports/meter.ts";
import type { RowMacKey, RowMacs } from "../../ports/row-macs.ts";
import type { Database, NoTables } from "../../store/database.ts";
import { silentMeter } from "../../telemetry/silent.ts";
import type { Clock } from "../../units/clock.ts";
import type { TransactionEvent } from "../events.ts";
import { deliveriesOf } from "./deliveries.ts";
import { parseEndpoints, type WebhookEndpoint } from "./endpoints.ts";
import { runDispatcher } from "./dispatcher.ts";

export type { WebhookEndpoint } from "./endpoints.ts";

/**
 * Events posted to the operator's endpoints, signed as Standard Webhooks 1.0.0 says. Each is delivered at least once, in no certain order,
 * with the event's id in `webhook-id` every time.
 */
export interface Webhooks {
  /**
   * In the transaction of the transition: one delivery per endpoint that wants the event. An event that is there already stays as it is.
   *
   * @param key - the tenant's, leased before the transaction: what it did not make is not posted.
   * @throws `ERR_STORE_*`.
   */
  enqueue(tx: Transaction<NoTables>, events: readonly TransactionEvent[], key: RowMacKey): Promise<void>;
  /**
   * Delivers what is due until the signal aborts; started by the worker. Several processes may run it. Never rejects: while the store or the
   * wrapping key cannot be reached it waits. Posts under way at the abort are given up within a second, and due at once for others.
   */
  run(signal: AbortSignal): Promise<void>;
}

export interface WebhooksOptions {
  readonly endpoints: readonly WebhookEndpoint[];
  readonly tenant: string;
  /** With the tables of `webhookSchema`. */
  readonly database: Database;
  /** The tenant's. */
  readonly macs: RowMacs;
  /** Its wall clock is compared with that of other processes: half a minute apart is well, a whole one sends twice. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter?: Meter;
  /** Names this process in logs. */
  readonly workerId: string;
  /** From 0 up to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number;
}

/** @throws `ERR_CONFIG_INVALID` an endpoint is malformed; neither its URL nor its secret is shown. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { database, tenant, macs, clock, logger, meter = silentMeter, workerId, random = Math.random } = options;
  const endpoints = parseEndpoints(options.endpoints);
  const deliveries = deliveriesOf(database, tenant);
  const parts = { endpoints, tenant, macs, deliveries, clock, logger, meter, workerId, random };
  const onEnqueue = new Set<() => void>();
  return {
    enqueue: async (tx, events, key) => {
      const wanted = events.flatMap((event) =>
        [...endpoints.values()].flatMap(({ name, wants }) => (wants(event.name) ? [{ event, endpoint: name }] : [])),
      );
      if (wanted.length === 0) return;
      await deliveries.add(tx, wanted, key, clock.now());
      for (const tell of onEnqueue) tell();
    },
    run: (signal) => runDispatcher(parts, onEnqueue, signal),
  };
}
