import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Meter } from "../../ports/meter.ts";
import { metrics } from "../../telemetry/metrics.ts";
import { wipe } from "../../units/bytes.ts";
import type { Clock } from "../../units/clock.ts";
import { SingleFlight } from "../../units/single-flight.ts";

/** A branch key in use. The bytes are wiped once the key is evicted and its last lease released. */
export interface KeyLease {
  readonly key: Uint8Array;
  release(): void;
}

export interface KeyCacheLimits {
  /** How long a key stays after it was fetched. */
  readonly ttlMs: number;
  /** How many leases a fetched key gives. */
  readonly uses: number;
  /** How many keys are held; the one used longest ago goes first. */
  readonly capacity: number;
}

export const defaultKeyCacheLimits: KeyCacheLimits = { ttlMs: 15 * 60_000, uses: 2 ** 17, capacity: 256 };

interface Entry {
  readonly key: Uint8Array;
  readonly expiresAtMs: number;
  readonly cancelExpiry: () => void;
  uses: number;
  leases: number;
  evicted: boolean;
}

type EvictionReason = "ttl" | "uses" | "capacity" | "close";

/** Holds unwrapped branch keys for a while: one fetch per key and TTL, however many ask at once; owned and wiped buffers. */
export class KeyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #fetches = new SingleFlight<void>();
  readonly #limits: KeyCacheLimits;
  readonly #clock: Clock;
  readonly #meter: Meter;
  #closed = false;

  constructor(limits: KeyCacheLimits, clock: Clock, meter: Meter) {
    this.#limits = limits;
    this.#clock = clock;
    this.#meter = meter;
  }

  /**
   * Leases the key of `id`, fetched where it is not held. Release it in `finally`.
   *
   * @param fetch - returns a buffer that becomes the cache's own.
   */
  async lease(id: string, fetch: () => Promise<Uint8Array>): Promise<KeyLease> {
    for (;;) {
      if (this.#closed) throw closedError();
      const entry = this.#current(id);
      if (entry !== undefined) return this.#leaseOf(id, entry);
      await this.#fetches.do(id, async () => {
        if (this.#current(id) === undefined) this.put(id, await fetch());
      });
    }
  }

  /** Adds a key that was just made; the buffer becomes the cache's own. */
  put(id: string, key: Uint8Array): void {
    if (this.#closed) {
      wipe(key);
      throw closedError();
    }
    this.#evict(id, "ttl");
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < this.#limits.capacity) break;
      this.#evict(oldest, "capacity");
    }
    this.#entries.set(id, {
      key,
      expiresAtMs: this.#clock.monotonicMs() + this.#limits.ttlMs,
      // An idle process must not keep keys either.
      cancelExpiry: this.#clock.onTimeout(this.#limits.ttlMs, () => {
        this.#evict(id, "ttl");
      }),
      uses: 0,
      leases: 0,
      evicted: false,
    });
  }

  /** Waits for fetches under way and evicts everything. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#fetches.settled();
    for (const id of [...this.#entries.keys()]) this.#evict(id, "close");
  }

  #current(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (this.#clock.monotonicMs() >= entry.expiresAtMs) this.#evict(id, "ttl");
    else if (entry.uses >= this.#limits.uses) this.#evict(id, "uses");
    else return entry;
    return undefined;
  }

  #leaseOf(id: string, entry: Entry): KeyLease {
    // Re-inserted last: the map's order is the order of use.
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    entry.uses += 1;
    entry.leases += 1;
    let released = false;
    return {
      key: entry.key,
      release: () => {
        if (released) return;
        released = true;
        entry.leases -= 1;
        if (entry.evicted && entry.leases === 0) wipe(entry.key);
      },
    };
  }

  #evict(id: string, reason: EvictionReason): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.cancelExpiry();
    entry.evicted = true;
    if (entry.leases === 0) wipe(entry.key);
    this.#meter.record(metrics.branchKeyEvictions, 1, { reason });
  }
}

export function closedError(): LatchkeyError {
  return new LatchkeyError("ERR_CLOSED", "This Latchkey instance was closed: its keys are wiped. Open another one.");
}
