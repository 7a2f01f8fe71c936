import { metrics } from "../telemetry/metrics.ts";
import { Turns } from "../units/turns.ts";
import { partSound } from "./authority.ts";
import { type Entry, entryOf, nonceOf, storedOf } from "./entry.ts";
import type { LaneChange } from "./lane-change.ts";
import type { LaneParts } from "./lane-state.ts";
import type { Attempt, TransactionRecord } from "./record.ts";

const underway: readonly string[] = ["signed", "broadcast", "mined"];

/**
 * What a lane has signed and what has not ended of it, in memory as it is in the store. Changes are decided and written one at a time; in
 * memory they are made once they are durable, and after a failure the store is read anew.
 */
export class LaneBook {
  readonly #parts: LaneParts;
  /** In the order of their nonces. */
  #entries: Entry[] = [];
  #nextNonce: number | null = null;
  #isLoaded = false;
  #isClosed = false;
  readonly #turns = new Turns();

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get inFlight(): number {
    return this.#entries.filter(({ mined }) => mined === null).length;
  }

  /** The lowest nonce that was never given out; null before the first. */
  get nextNonce(): number | null {
    return this.#nextNonce;
  }

  /** What the transactions in flight may still take from the sender, in base units. */
  get committed(): bigint {
    return this.#entries
      .filter(({ mined }) => mined === null)
      .reduce((sum, { record, attempts }) => {
        const newest = attempts.findLast(({ isDead }) => !isDead);
        return sum + record.payload.intent.value + (newest?.maxFee ?? 0n);
      }, 0n);
  }

  /** What is written is not sure: the store is to be read. */
  doubt(): void {
    this.#isLoaded = false;
  }

  /** Nothing is changed any more; resolves when nothing is being changed. */
  async close(): Promise<void> {
    await this.#turns.take("", () => Promise.resolve());
    this.#isClosed = true;
  }

  /**
   * Reads the lane from the store, where it is not known.
   *
   * @returns whether it was read.
   * @throws LeaseLost; `ERR_STORE_*`; the wrapping key's errors.
   */
  async load(): Promise<boolean> {
    if (this.#isLoaded) return false;
    const { store, macs, tenant, clock } = this.#parts;
    return await this.#turns.take("", async () => {
      if (this.#isLoaded || this.#isClosed) return false;
      const row = await store.sender();
      const offered = new Map(this.#entries.map(({ record, offeredMs }) => [record.id, offeredMs]));
      const { sound, tampered } = await partSound(macs, tenant, await store.underway());
      for (const { record } of tampered) this.#report(record.id);
      const nowMs = clock.monotonicMs();
      this.#entries = sound
        .map((each) => {
          const entry = entryOf(each, nowMs);
          return { ...entry, offeredMs: offered.get(each.record.id) ?? entry.offeredMs };
        })
        .sort((one, other) => nonceOf(one) - nonceOf(other));
      this.#nextNonce = row.next_nonce === null ? null : Number(row.next_nonce);
      this.#isLoaded = true;
      return true;
    });
  }

  /**
   * @param decide - looks at the entries as they are in its turn; undefined: nothing to do.
   * @throws LeaseLost, Outdated; `ERR_STORE_*`.
   */
  async change(decide: () => LaneChange | undefined): Promise<void> {
    await this.#turns.take("", async () => {
      if (this.#isClosed) return;
      const change = decide();
      if (change === undefined) return;
      let written: ReadonlyMap<string, TransactionRecord>;
      try {
        written = await this.#parts.store.write(change);
      } catch (error) {
        // Written or not: the store knows.
        this.doubt();
        throw error;
      }
      this.#take(change);
      this.#move(written);
      if (change.events !== undefined) this.#parts.tell(change.events);
    });
  }

  /** Adds a transaction that nobody sent: what fills a gap. */
  async add(record: TransactionRecord, attempt: Attempt): Promise<void> {
    await this.#turns.take("", async () => {
      if (this.#isClosed) return;
      try {
        await this.#parts.store.add(record, attempt);
      } finally {
        this.doubt();
      }
    });
  }

  /** Learns what `cancel()` was called for. */
  async learnCancels(): Promise<void> {
    await this.#turns.take("", async () => {
      const wishes = await this.#parts.store.cancelled();
      for (const entry of this.#entries) {
        const cancelMac = wishes.get(entry.record.id);
        if (cancelMac !== undefined) entry.record = { ...entry.record, isCancelRequested: true, cancelMac };
      }
    });
  }

  /** What changed of the entries, beside their states. */
  #take(change: LaneChange): void {
    const { mined = [], unmined = [], attempts = [], troubles = [], givenUp = [] } = change;
    const nowMs = this.#parts.clock.monotonicMs();
    this.#entries.push(...(change.added ?? []));
    if (change.nextNonce !== undefined) this.#nextNonce = change.nextNonce;
    for (const entry of this.#entries) {
      const { id } = entry.record;
      entry.mined = mined.find((each) => each.id === id)?.mined ?? entry.mined;
      if (unmined.includes(id)) {
        entry.mined = null;
        entry.dueMs = nowMs;
      }
      this.#takeMarks(entry, change);
      for (const attempt of attempts) {
        if (attempt.transactionId !== id || entry.attempts.some(({ hash }) => hash === attempt.hash)) continue;
        entry.attempts.push(attempt);
        entry.dueMs = nowMs;
        entry.offeredMs = nowMs;
      }
      const trouble = troubles.find((each) => each.id === id);
      if (trouble !== undefined) entry.troubleCode = trouble.trouble?.code ?? null;
      const why = givenUp.find((each) => each.id === id);
      if (why !== undefined) {
        const { cancelMac, trouble: reason } = why;
        entry.record = { ...entry.record, isCancelRequested: true, isGivenUp: true, cancelMac, trouble: reason };
      }
    }
  }

  /** What a node has taken, and what can be mined no more. */
  #takeMarks(entry: Entry, { accepted = [], dead = [] }: LaneChange): void {
    const nowMs = this.#parts.clock.now();
    for (const [index, attempt] of entry.attempts.entries()) {
      const isAccepted = accepted.includes(attempt);
      const now = dead.find(({ hash }) => hash === attempt.hash) ?? attempt;
      if (isAccepted || now !== attempt)
        entry.attempts[index] = { ...now, acceptedAt: isAccepted ? nowMs : attempt.acceptedAt };
    }
  }

  /** Takes over the records as they were written, tells those who wait, and lets go of what is not under way. */
  #move(written: ReadonlyMap<string, TransactionRecord>): void {
    const byId = new Map(this.#entries.map((entry) => [entry.record.id, entry]));
    for (const [id, record] of written) {
      const entry = byId.get(id);
      if (entry !== undefined) entry.record = record;
      this.#parts.hub.notify(
        id,
        entry === undefined
          ? { record, attempts: [], mined: null }
          : { ...storedOf(entry), attempts: [...entry.attempts] },
      );
    }
    this.#entries = this.#entries.filter(({ record: { state } }) => underway.includes(state));
  }

  /** A row that nobody here has written is left alone: nothing is signed for it, and nothing counted. */
  #report(id: string): void {
    const { logger, key, meter } = this.#parts;
    const code = "ERR_TRANSACTION_TAMPERED";
    meter.record(metrics.transactionTroubles, 1, { chain: key.chain, reason: code });
    logger.error({ chain: key.chain, sender: key.address, id, code }, "a stored transaction was altered");
  }
}
