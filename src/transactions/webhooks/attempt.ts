import type { LogFields, Logger } from "../../ports/logger.ts";
import type { Meter } from "../../ports/meter.ts";
import { metrics } from "../../telemetry/metrics.ts";
import type { Clock } from "../../units/clock.ts";
import type { ClaimedDelivery, Deliveries } from "./deliveries.ts";
import type { ParsedEndpoint } from "./endpoints.ts";
import { post, type PostOutcome } from "./post.ts";
import { reasonFor } from "./reason-for.ts";
import { pauseAfter } from "./schedule.ts";

export interface AttemptParts {
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly random: () => number;
  readonly workerId: string;
}

/**
 * One attempt of a claimed delivery: posts it, and writes down how that went. Throws nothing: where it cannot be written down the claim runs
 * out, and the event is delivered again.
 *
 * @param signal - gives up the post; the delivery is then due at once, for whoever comes next.
 */
export async function attempt(
  parts: AttemptParts,
  endpoint: ParsedEndpoint,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger, workerId } = parts;
  const { eventId, event, attempts, body } = delivery;
  const about = { endpoint: endpoint.name, origin: endpoint.origin, event, eventId, attempt: attempts, workerId };
  const outcome = await post({ url: endpoint.url, headers: headersOf(endpoint, delivery, clock), body }, clock, signal);
  try {
    await settle(parts, delivery, outcome, about);
  } catch (error) {
    logger.warn(
      { ...about, outcome: outcome.kind, ...reasonFor(error) },
      "How a webhook's delivery went could not be stored; it will be delivered again.",
    );
  }
}

/** Spec: Standard Webhooks 1.0.0, "Webhook headers". The timestamp is this attempt's; the id is the event's, every time. */
function headersOf(endpoint: ParsedEndpoint, { eventId, body }: ClaimedDelivery, clock: Clock): Record<string, string> {
  const timestamp = String(Math.floor(clock.now() / 1000));
  return {
    "content-type": "application/json",
    "user-agent": "latchkey",
    "webhook-id": eventId,
    "webhook-timestamp": timestamp,
    "webhook-signature": endpoint.sign(eventId, timestamp, body),
  };
}

async function settle(
  { deliveries, clock, logger, meter, random }: AttemptParts,
  delivery: ClaimedDelivery,
  outcome: PostOutcome,
  about: LogFields,
): Promise<void> {
  const count = (name: string): void => {
    meter.record(metrics.webhookAttempts, 1, { outcome: name });
  };
  switch (outcome.kind) {
    case "delivered":
      count("delivered");
      await deliveries.succeed(delivery, clock.now());
      logger.debug({ ...about, status: outcome.status }, "A webhook was delivered.");
      return;
    case "gone":
      count("gone");
      if (await deliveries.end(delivery, "gone", clock.now()))
        logger.warn(about, "A webhook's receiver answered 410 Gone. This event is not delivered to it again.");
      return;
    case "abandoned":
      count("abandoned");
      await deliveries.postpone(delivery, clock.now());
      logger.debug(about, "A webhook was given up for the shutdown; it is due at once.");
      return;
    case "failed": {
      const pauseMs = pauseAfter(delivery.attempts, outcome.retryAfterMs, random());
      const fields = { ...about, reason: outcome.reason };
      count(pauseMs === undefined ? "failed" : "retried");
      if (pauseMs === undefined) {
        if (await deliveries.end(delivery, "failed", clock.now()))
          logger.error(fields, "A webhook failed at its last attempt. This event is not delivered again.");
      } else if (await deliveries.postpone(delivery, clock.now() + pauseMs)) {
        logger.warn({ ...fields, retryInMs: pauseMs }, "A webhook failed; it will be tried again.");
      }
    }
  }
}
