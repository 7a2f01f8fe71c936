import { createAlarm } from "./alarm.ts";
import { attempt, type AttemptParts } from "./attempt.ts";
import type { ClaimedDelivery, WaitingDelivery } from "./deliveries.ts";
import type { ParsedEndpoint } from "./endpoints.ts";
import { reasonFor } from "./reason-for.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { createInspection, type InspectionParts } from "./inspection.ts";

/** Posts under way at once. */
const concurrency = 8;
/** The longest between two looks: what other processes enqueue is found by looking. */
const pollMs = 1000;
/** The first look after an enqueue, whose transaction is not committed yet; each further one waits twice as long. */
const eagerMs = 5;
/** Posts under way get so long to finish once the signal aborts. */
const graceMs = 750;

export interface DispatcherParts extends AttemptParts, InspectionParts {
  readonly endpoints: ReadonlyMap<string, ParsedEndpoint>;
}

/**
 * Claims what is due and sends it until the signal aborts. Never rejects.
 *
 * @param onEnqueue - called by whoever enqueues in this process.
 */
export async function runDispatcher(
  parts: DispatcherParts,
  onEnqueue: Set<() => void>,
  signal: AbortSignal,
): Promise<void> {
  const { endpoints, deliveries, clock, logger } = parts;
  const alarm = createAlarm(clock);
  const flights = new Set<Promise<void>>();
  const busy = new Map<string, number>([...endpoints.keys()].map((name) => [name, 0]));
  // An even share each, so that a receiver that hangs does not hold up what the others wait for.
  const share = Math.max(1, Math.floor(concurrency / Math.max(1, endpoints.size)));
  const housekeeping = createHousekeeping(parts);
  const inspection = createInspection(parts);
  const givingUp = new AbortController();
  let patienceMs = pollMs;
  let isStoreDown = false;

  const roomOf = (name: string): number => share - (busy.get(name) ?? 0);

  function start(delivery: ClaimedDelivery, endpoint: ParsedEndpoint): void {
    const { name } = endpoint;
    busy.set(name, (busy.get(name) ?? 0) + 1);
    const flight = attempt(parts, endpoint, delivery, givingUp.signal).finally(() => {
      flights.delete(flight);
      busy.set(name, (busy.get(name) ?? 0) - 1);
      alarm.ring();
    });
    flights.add(flight);
  }

  /** Sends what is due and has room. Returns how long until there may be more. */
  async function look(): Promise<number> {
    await housekeeping.turn();
    const free = concurrency - flights.size;
    const open = [...endpoints.keys()].filter((name) => roomOf(name) > 0);
    if (free <= 0 || open.length === 0) return pollMs;
    const next = await deliveries.next(open, free);
    const nowMs = clock.now();
    const due = fitting(
      next.filter(({ nextAt }) => nextAt <= nowMs),
      roomOf,
    );
    if (due.length === 0) return next[0] === undefined ? pollMs : next[0].nextAt - nowMs;
    const { sound, isKeyAway } = await inspection.inspect(await deliveries.claim(due, nowMs));
    for (const delivery of sound) {
      const endpoint = endpoints.get(delivery.endpoint);
      if (endpoint !== undefined) start(delivery, endpoint);
    }
    return isKeyAway ? pollMs : 0;
  }

  /** As `look`, also while the store fails. */
  async function tryLook(): Promise<number> {
    try {
      const waitMs = await look();
      if (isStoreDown) logger.info({ workerId: parts.workerId }, "Webhooks are delivered again.");
      isStoreDown = false;
      return waitMs;
    } catch (error) {
      const fields = { workerId: parts.workerId, ...reasonFor(error) };
      if (!isStoreDown)
        logger.error(fields, "Webhooks are not delivered: their table cannot be used. It is tried again.");
      isStoreDown = true;
      return pollMs;
    }
  }

  const stir = (): void => {
    patienceMs = eagerMs;
    alarm.ring();
  };
  let cancelGrace = (): void => undefined;
  // Counted from the abort itself, whatever is awaited then.
  const onAbort = (): void => {
    cancelGrace = clock.onTimeout(graceMs, () => {
      givingUp.abort();
    });
    alarm.ring();
  };
  onEnqueue.add(stir);
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      const waitMs = await tryLook();
      if (waitMs <= 0) continue;
      await alarm.wait(Math.min(waitMs, patienceMs));
      patienceMs = Math.min(2 * patienceMs, pollMs);
    }
    await Promise.all(flights);
  } finally {
    cancelGrace();
    onEnqueue.delete(stir);
    signal.removeEventListener("abort", onAbort);
  }
}

/** The first of each endpoint, as many as it has room for. */
function fitting(due: readonly WaitingDelivery[], roomOf: (endpoint: string) => number): readonly WaitingDelivery[] {
  const taken = new Map<string, number>();
  return due.filter(({ endpoint }) => {
    const count = taken.get(endpoint) ?? 0;
    taken.set(endpoint, count + 1);
    return count < roomOf(endpoint);
  });
}
