import type { Logger } from "../../ports/logger.ts";
import type { Meter } from "../../ports/meter.ts";
import type { RowMacs, RowOwner } from "../../ports/row-macs.ts";
import { metrics } from "../../telemetry/metrics.ts";
import type { Clock } from "../../units/clock.ts";
import { isOutage, ownerAt, parseBranch, withKeys } from "../lease-keys.ts";
import type { ClaimedDelivery, Deliveries } from "./deliveries.ts";
import { deliveryMacFields, deliveryMacTable } from "./delivery-mac.ts";
import { reasonFor } from "./reason-for.ts";

/** What could not be checked is looked at again after so long. */
const pauseMs = 1000;

export interface InspectionParts {
  readonly tenant: string;
  readonly macs: RowMacs;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly workerId: string;
}

export interface Inspected {
  /** What Latchkey wrote, as it wrote it. */
  readonly sound: readonly ClaimedDelivery[];
  /** Some could not be checked, since their key cannot be had now: those are due again in a second. */
  readonly isKeyAway: boolean;
}

/** Stands between claims and posts: the MAC says that a delivery is what was enqueued, for this endpoint of this tenant. */
export interface Inspection {
  /**
   * Ends what somebody else wrote or altered. One lease for each branch key. Throws nothing: where that cannot be written down the claim runs
   * out, and the delivery is inspected again.
   */
  inspect(claimed: readonly ClaimedDelivery[]): Promise<Inspected>;
}

interface Parted {
  readonly sound: readonly ClaimedDelivery[];
  readonly tampered: readonly ClaimedDelivery[];
  readonly unknown: readonly ClaimedDelivery[];
  /** Why there are unknown ones. */
  readonly reason: unknown;
}

export function createInspection(parts: InspectionParts): Inspection {
  const { deliveries, clock, logger, meter, workerId } = parts;
  let isKeyAway = false;

  async function end(delivery: ClaimedDelivery): Promise<void> {
    // The event's name may be anything here, and its id, too.
    const about = { endpoint: delivery.endpoint, eventId: delivery.eventId.slice(0, 36), workerId };
    meter.record(metrics.webhookAttempts, 1, { outcome: "tampered" });
    await orWarn(about, async () => {
      if (await deliveries.end(delivery, "failed", clock.now()))
        logger.error(about, "A stored webhook is not what was enqueued: somebody else wrote it. It is not delivered.");
    });
  }

  async function orWarn(about: { readonly workerId: string }, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      logger.warn({ ...about, ...reasonFor(error) }, "A webhook was not delivered, and that could not be stored.");
    }
  }

  function tell({ sound, unknown, reason }: Parted): void {
    if (unknown.length > 0) {
      if (!isKeyAway)
        logger.error(
          { workerId, ...reasonFor(reason) },
          "Webhooks are not delivered: the key that their rows are checked with cannot be had. It is tried again.",
        );
      isKeyAway = true;
    } else if (isKeyAway && sound.length > 0) {
      logger.info({ workerId }, "Webhooks are delivered again.");
      isKeyAway = false;
    }
  }

  return {
    inspect: async (claimed) => {
      const parted = await part(parts, claimed);
      tell(parted);
      const { sound, tampered, unknown } = parted;
      for (const delivery of tampered) await end(delivery);
      for (const delivery of unknown)
        await orWarn({ workerId }, () => deliveries.putBack(delivery, clock.now() + pauseMs));
      return { sound, isKeyAway: unknown.length > 0 };
    },
  };
}

async function part({ macs, tenant }: InspectionParts, claimed: readonly ClaimedDelivery[]): Promise<Parted> {
  const owners = new Map<string, RowOwner>();
  for (const { macBranch } of claimed) {
    const branch = parseBranch(macBranch, tenant);
    if (branch !== undefined) owners.set(macBranch, ownerAt({ kind: "tenant" }, branch));
  }
  return await withKeys(macs, owners, (keys, failures) => {
    const sound: ClaimedDelivery[] = [];
    const tampered: ClaimedDelivery[] = [];
    const unknown: ClaimedDelivery[] = [];
    let reason: unknown;
    for (const delivery of claimed) {
      const key = keys.get(delivery.macBranch);
      const failure = failures.get(delivery.macBranch);
      if (failure !== undefined && isOutage(failure)) {
        unknown.push(delivery);
        reason = failure;
      } else if (key?.isMacOf(delivery.mac, deliveryMacTable, deliveryMacFields({ ...delivery, tenant })) === true)
        sound.push(delivery);
      else tampered.push(delivery);
    }
    return Promise.resolve({ sound, tampered, unknown, reason });
  });
}
