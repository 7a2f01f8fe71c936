import { randomBytes, randomUUID } from "node:crypto";
import { isLatchkeyError, LatchkeyError } from "../../errors/latchkey-error.ts";
import type { BranchKeyRecord, BranchKeyRef, BranchKeySlot, BranchKeyStore } from "../../ports/branch-key-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Meter } from "../../ports/meter.ts";
import type { WrappingKey } from "../../ports/wrapping-key.ts";
import { wipe } from "../../units/bytes.ts";
import type { Clock } from "../../units/clock.ts";
import { SingleFlight } from "../../units/single-flight.ts";
import { branchKeyContext } from "../envelope/encryption-context.ts";
import { gcm } from "../envelope/format.ts";
import { openFailed } from "../open-failed.ts";
import { closedError, KeyCache, type KeyCacheLimits, type KeyLease } from "./key-cache.ts";
import { meteredWrappingKey } from "./metered-wrapping-key.ts";

/** A leased branch key and its name. */
export interface BranchKeyLease extends KeyLease {
  readonly ref: BranchKeyRef;
}

export interface BranchKeysOptions {
  readonly wrappingKey: WrappingKey;
  readonly store: BranchKeyStore;
  readonly tenant: string;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly limits: KeyCacheLimits;
}

/** Envelopes reserved at a time: a crash loses at most this many of a branch key's 2^20. */
const reservation = 1024;
/** A claim that stays unchanged for this long, as the watcher's own clock counts, belongs to a dead process. */
const claimPatienceMs = 4_000;
const claimPollMs = 100;
/** How long a caller waits for a branch key that others are making, and fail to. */
const totalPatienceMs = 20_000;

/**
 * Branch keys of one tenant: makes them (one per slot, for any number of processes), fetches them through the wrapping key,
 * and hands them out on lease.
 */
export class BranchKeys {
  readonly #wrappingKey: WrappingKey;
  readonly #store: BranchKeyStore;
  readonly #tenant: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #cache: KeyCache;
  /** One flight for whatever may make a key, so that this process never waits for a claim of its own. */
  readonly #opening = new SingleFlight<void>();
  #reserved: { readonly ref: BranchKeyRef; left: number } | undefined;
  #first: BranchKeyRef | undefined;
  #closed = false;

  constructor(options: BranchKeysOptions) {
    this.#wrappingKey = meteredWrappingKey(options.wrappingKey, options.clock, options.meter);
    this.#store = options.store;
    this.#tenant = options.tenant;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#cache = new KeyCache(options.limits, options.clock, options.meter);
  }

  /**
   * A key for one new envelope, which is counted against the key's limit of 2^20.
   *
   * @throws `ERR_VAULT_BRANCH_KEY_BUSY` retryable; the wrapping key's and the store's errors; `ERR_CLOSED`.
   */
  async leaseForSealing(): Promise<BranchKeyLease> {
    for (;;) {
      const reserved = this.#reserved;
      if (reserved !== undefined && reserved.left > 0) {
        reserved.left -= 1;
        try {
          return await this.leaseForOpening(reserved.ref);
        } catch (error) {
          // Nothing will be sealed: an outage must not use up the branch key.
          reserved.left += 1;
          throw error;
        }
      }
      await this.#opening.do("slot", async () => {
        if ((this.#reserved?.left ?? 0) > 0) return;
        this.#reserved = { ref: await this.#reserve(), left: reservation };
      });
    }
  }

  /**
   * The tenant's first key, made where there is none, for what is no envelope and not counted as one.
   *
   * @throws as `leaseForSealing`; `ERR_VAULT_OPEN_FAILED`.
   */
  async leaseFirst(): Promise<BranchKeyLease> {
    while (this.#first === undefined) {
      await this.#opening.do("slot", async () => {
        this.#first ??= await this.#ready(
          () => this.#store.first(this.#tenant),
          ({ record }) => Promise.resolve(refOf(record)),
        );
      });
    }
    return await this.leaseForOpening(this.#first);
  }

  /**
   * The key that sealed an envelope.
   *
   * @throws `ERR_VAULT_OPEN_FAILED` no such key here, or it was altered; the wrapping key's and the store's errors; `ERR_CLOSED`.
   */
  async leaseForOpening(ref: BranchKeyRef): Promise<BranchKeyLease> {
    if (ref.tenant !== this.#tenant) throw openFailed();
    const lease = await this.#cache.lease(cacheId(ref), () => this.#fetch(ref));
    return { ref, key: lease.key, release: lease.release };
  }

  /** Waits for what is under way, then wipes every key. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening.settled();
    await this.#cache.close();
  }

  async #fetch(ref: BranchKeyRef): Promise<Uint8Array> {
    const record = await this.#store.find(ref);
    if (record === undefined) throw openFailed();
    const key = await this.#wrappingKey.unwrap(record.wrapped, branchKeyContext(ref));
    if (key.length === gcm.keyBytes) return key;
    wipe(key);
    throw openFailed();
  }

  /** Reserves a block of envelopes under the newest branch key, making one where there is none or it is full. */
  async #reserve(): Promise<BranchKeyRef> {
    return await this.#ready(
      () => this.#store.newest(this.#tenant),
      async ({ slot, record }) => {
        if (await this.#store.reserve(record, reservation)) return refOf(record);
        // A next key is made only by who can open the last one: a lost or mistaken wrapping key must show before it wraps anything.
        (await this.leaseForOpening(refOf(record))).release();
        await this.#claimAndMake(slot + 1);
        return undefined;
      },
    );
  }

  /** Looks at a slot until `use` takes what is ready there; makes the first key where there is none. */
  async #ready(
    look: () => Promise<BranchKeySlot>,
    use: (slot: Extract<BranchKeySlot, { state: "ready" }>) => Promise<BranchKeyRef | undefined>,
  ): Promise<BranchKeyRef> {
    const giveUpAt = this.#clock.monotonicMs() + totalPatienceMs;
    let watched = { claim: "", sinceMs: 0 };
    while (this.#clock.monotonicMs() < giveUpAt) {
      if (this.#closed) throw closedError();
      const seen = await look();
      if (seen.state === "ready") {
        const taken = await use(seen);
        if (taken !== undefined) return taken;
      } else if (seen.state === "none") {
        await this.#claimAndMake(0);
      } else {
        const nowMs = this.#clock.monotonicMs();
        if (seen.claim !== watched.claim) watched = { claim: seen.claim, sinceMs: nowMs };
        if (nowMs - watched.sinceMs >= claimPatienceMs) await this.#takeOver(seen);
        else await this.#clock.sleep(claimPollMs);
      }
    }
    throw new LatchkeyError(
      "ERR_VAULT_BRANCH_KEY_BUSY",
      "Other processes claimed the next branch key and did not finish it in time. Nothing was sealed; try again.",
    );
  }

  async #claimAndMake(slot: number): Promise<void> {
    const claim = randomUUID();
    let isClaimed: boolean;
    try {
      isClaimed = await this.#store.claim(this.#tenant, slot, claim);
    } catch (error) {
      // The claim may have been taken although its answer was lost; nobody shall have to wait for it.
      await this.#withdraw(slot, claim);
      throw error;
    }
    if (isClaimed) await this.#make(slot, claim);
  }

  async #takeOver({ slot, claim: seen }: Extract<BranchKeySlot, { state: "claimed" }>): Promise<void> {
    const claim = randomUUID();
    if (!(await this.#store.takeOver(this.#tenant, slot, seen, claim))) return;
    this.#logger.warn({ slot }, "took over a branch key claim that its maker left behind");
    await this.#make(slot, claim);
  }

  /** Makes the key of a claimed slot. No database transaction is open while the wrapping key is asked. */
  async #make(slot: number, claim: string): Promise<void> {
    const ref: BranchKeyRef = { tenant: this.#tenant, branchId: randomUUID(), version: 1 };
    const key = randomBytes(gcm.keyBytes);
    try {
      const wrapped = await this.#wrappingKey.wrap(key, branchKeyContext(ref));
      const published = await this.#store.publish(slot, { ...ref, wrapped });
      // A copy, so that the cache's buffer is its own and this one is wiped below in every case.
      if (published) this.#cache.put(cacheId(ref), Uint8Array.from(key));
    } catch (error) {
      await this.#withdraw(slot, claim);
      throw error;
    } finally {
      wipe(key);
    }
  }

  async #withdraw(slot: number, claim: string): Promise<void> {
    try {
      await this.#store.withdraw(this.#tenant, slot, claim);
    } catch (error) {
      // The first error is the one to report; others wait the claim out.
      const code = isLatchkeyError(error) ? error.code : "unknown";
      this.#logger.warn({ slot, code }, "could not withdraw a branch key claim");
    }
  }
}

function cacheId(ref: BranchKeyRef): string {
  return `${ref.branchId}:${String(ref.version)}`;
}

function refOf({ tenant, branchId, version }: BranchKeyRecord): BranchKeyRef {
  return { tenant, branchId, version };
}
