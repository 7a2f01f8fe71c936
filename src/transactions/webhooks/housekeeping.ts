import type { Logger } from "../../ports/logger.ts";
import type { Clock } from "../../units/clock.ts";
import type { Deliveries } from "./deliveries.ts";
import { reasonFor } from "./reason-for.ts";

const everyMs = 3_600_000;

export interface HousekeepingParts {
  /** Those configured, by name. */
  readonly endpoints: ReadonlyMap<string, unknown>;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is done once an hour beside delivering. */
export interface Housekeeping {
  /**
   * Deletes deliveries that ended long ago, a part at each turn, and tells of endpoints that are not configured any more, once each. Throws
   * nothing: what fails is tried again an hour later, and delivering goes on.
   */
  turn(): Promise<void>;
}

export function createHousekeeping({ endpoints, deliveries, clock, logger }: HousekeepingParts): Housekeeping {
  const told = new Set<string>();
  let nextMs = -Infinity;

  async function tellOfRemoved(): Promise<void> {
    for (const endpoint of await deliveries.awaitedEndpoints()) {
      if (endpoints.has(endpoint) || told.has(endpoint)) continue;
      told.add(endpoint);
      logger.warn({ endpoint }, "Events wait for a webhook endpoint that is not configured; they are left alone.");
    }
  }

  return {
    turn: async () => {
      if (clock.monotonicMs() < nextMs) return;
      try {
        await tellOfRemoved();
        if (await deliveries.deleteOld(clock.now())) return;
      } catch (error) {
        logger.warn(reasonFor(error), "Old webhook deliveries could not be deleted; that is tried again in an hour.");
      }
      nextMs = clock.monotonicMs() + everyMs;
    },
  };
}
