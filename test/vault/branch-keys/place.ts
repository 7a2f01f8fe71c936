import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { onTestFinished } from "vitest";
import type { BranchKeyStore } from "../../../src/ports/branch-key-store.ts";
import { branchKeySchema, branchKeyStore } from "../../../src/store/branch-keys.ts";
import type { Database } from "../../../src/store/database.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { sqlite } from "../../../src/store/sqlite/index.ts";
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { BranchKeys } from "../../../src/vault/branch-keys/branch-keys.ts";
import type { KeyCacheLimits } from "../../../src/vault/branch-keys/key-cache.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { createRecorder, type Recorder } from "../../harness/recorder.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { ScriptedKey } from "./scripted-key.ts";

export const tenant = "tenant";
export const limits: KeyCacheLimits = { ttlMs: 60_000, uses: 10_000, capacity: 8 };

export interface ProcessOptions {
  readonly store?: BranchKeyStore;
  readonly rootKey?: Uint8Array;
}

/** The branch keys of one process, and the wrapping key that it asks. */
export interface Process {
  readonly keys: BranchKeys;
  readonly wrappingKey: ScriptedKey;
}

/** One database with one clock, for any number of processes that make and fetch branch keys. */
export interface Place {
  readonly clock: ManualClock;
  readonly recorder: Recorder;
  readonly store: BranchKeyStore;
  readonly database: Database;
  /** How many transactions are open now. */
  openTransactions(): number;
  start(options?: ProcessOptions): Process;
  /** Runs a statement past the code and returns its rows. */
  sql(text: string, ...values: SQLInputValue[]): Record<string, unknown>[];
}

/** Stands still while the store works, which takes real time and none of this clock's. */
class PlaceClock extends ManualClock {
  readonly #underWay = new Set<Promise<unknown>>();

  async during<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  override async advance(ms: number): Promise<void> {
    await this.#storeIsIdle();
    await super.advance(ms);
    await this.#storeIsIdle();
  }

  async #storeIsIdle(): Promise<void> {
    do {
      await Promise.allSettled(this.#underWay);
      // Who was answered may ask again.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#underWay.size > 0);
  }
}

function storeDuring(clock: PlaceClock, store: BranchKeyStore): BranchKeyStore {
  return {
    newest: (...given) => clock.during(store.newest(...given)),
    first: (...given) => clock.during(store.first(...given)),
    find: (...given) => clock.during(store.find(...given)),
    claim: (...given) => clock.during(store.claim(...given)),
    takeOver: (...given) => clock.during(store.takeOver(...given)),
    withdraw: (...given) => clock.during(store.withdraw(...given)),
    publish: (...given) => clock.during(store.publish(...given)),
    reserve: (...given) => clock.during(store.reserve(...given)),
  };
}

export async function openPlace(): Promise<Place> {
  const path = join(temporaryDirectory(), "wallets.db");
  const opened = await sqlite(path).open(silentLogger);
  onTestFinished(() => opened.close());
  let open = 0;
  const database: Database = {
    ...opened,
    transaction: async (work) => {
      open += 1;
      try {
        return await opened.transaction(work);
      } finally {
        open -= 1;
      }
    },
  };
  await migrate(database, branchKeySchema);
  const ownRootKey = randomBytes(32);
  const clock = new PlaceClock();
  const ownStore = storeDuring(clock, branchKeyStore(database));
  const recorder = createRecorder();
  const { meter, logger } = recorder;
  return {
    clock,
    recorder,
    store: ownStore,
    database,
    openTransactions: () => open,
    start: ({ store = ownStore, rootKey = ownRootKey } = {}) => {
      const wrappingKey = new ScriptedKey(rootKey);
      return { keys: new BranchKeys({ wrappingKey, store, tenant, clock, meter, logger, limits }), wrappingKey };
    },
    sql: (text, ...values) => {
      const connection = new DatabaseSync(path);
      try {
        return connection.prepare(text).all(...values);
      } finally {
        connection.close();
      }
    },
  };
}

/** Lets time pass until `work` settles. */
export async function whileTimePasses<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const state = { settled: false };
  const settle = (): void => {
    state.settled = true;
  };
  void work.then(settle, settle);
  while (!state.settled) await clock.advance(100);
  return work;
}

/** Lets time pass in steps, so that what looks at the clock for the first time does so at the start. */
export async function passTime(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) await clock.advance(Math.min(left, 100));
}

export function hexOf(key: Uint8Array | undefined): string {
  return Buffer.from(key ?? []).toString("hex");
}

export function isWiped(key: Uint8Array | undefined): boolean {
  return key?.every((byte) => byte === 0) === true;
}
