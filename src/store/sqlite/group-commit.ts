import type { ControlledTransaction, Kysely, Transaction } from "kysely";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Clock } from "../../units/clock.ts";
import type { NoTables } from "../database.ts";
import { sqliteError } from "./errors.ts";
import { lockPatienceMs, whileBusy } from "./patience.ts";

type Work = (tx: Transaction<NoTables>) => Promise<unknown>;

interface Job {
  readonly queuedAtMs: number;
  readonly work: Work;
  /** Called once, after the commit is durable or the job has failed. */
  settle(outcome: { readonly value: unknown } | { readonly error: unknown }): void;
}

/** Works in one commit at most; a commit costs one fsync however many it has. */
const batchSize = 128;
/** How long one work may take; it has nothing to wait for but its queries. */
const workPatienceMs = 10_000;

/**
 * The one writer of a database file in this process. Works that are waiting share one transaction, each in its own savepoint, and
 * all resolve after its commit.
 */
export class GroupCommit {
  readonly #writer: Kysely<NoTables>;
  readonly #clock: Clock;
  readonly #requireFile: () => Promise<void>;
  readonly #queue: Job[] = [];
  #isRunning = false;

  /** @param requireFile - asked before each commit; where it throws, the works in it fail with that and nothing is written. */
  constructor(writer: Kysely<NoTables>, clock: Clock, requireFile: () => Promise<void>) {
    this.#writer = writer;
    this.#clock = clock;
    this.#requireFile = requireFile;
  }

  run<T>(work: (tx: Transaction<NoTables>) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.#queue.push({
        queuedAtMs: this.#clock.monotonicMs(),
        work: async (tx) => {
          result = { value: await work(tx) };
        },
        settle: (outcome) => {
          // Of a statement's failure or the work's own: what the driver throws came out typed.
          if ("error" in outcome) reject(outcome.error instanceof Error ? outcome.error : sqliteError(outcome.error));
          else if (result !== undefined) resolve(result.value);
        },
      });
      if (this.#isRunning) return;
      this.#isRunning = true;
      void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Lets callers of the same turn get into the first batch.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, batchSize));
    this.#isRunning = false;
  }

  async #commit(batch: readonly Job[]): Promise<void> {
    const open = new Set(batch);
    const fail = (thrown: unknown): void => {
      const error = sqliteError(thrown);
      for (const job of open) job.settle({ error });
    };
    let tx: ControlledTransaction<NoTables>;
    try {
      // Each caller waits its own time, not that of those before it as well.
      const giveUpAtMs = Math.min(...batch.map((job) => job.queuedAtMs)) + lockPatienceMs;
      const begin = async (): Promise<ControlledTransaction<NoTables>> => {
        // Here, not later: from the lock to the commit the event loop does not turn, so that other processes wait less.
        await this.#requireFile();
        return await this.#writer.startTransaction().execute();
      };
      tx = await whileBusy(this.#clock, begin, giveUpAtMs);
    } catch (error) {
      fail(error);
      return;
    }
    try {
      for (const job of batch) {
        const failure = await this.#attempt(tx, job);
        if (failure === undefined) continue;
        open.delete(job);
        job.settle(failure);
      }
      await tx.commit().execute();
      for (const job of open) job.settle({ value: undefined });
    } catch (error) {
      await rollBack(tx);
      if (error instanceof Overdue) {
        open.delete(error.job);
        error.job.settle({ error: error.reason });
        this.#queue.unshift(...open);
      } else {
        fail(error);
      }
    }
  }

  /** Runs one work in a savepoint. Returns its failure when it was undone alone; throws when all must be undone. */
  async #attempt(tx: ControlledTransaction<NoTables>, job: Job): Promise<{ readonly error: unknown } | undefined> {
    const savepoint = await tx.savepoint("work").execute();
    try {
      await this.#inTime(savepoint, job);
      await savepoint.releaseSavepoint("work").execute();
      return undefined;
    } catch (error) {
      if (error instanceof Overdue) throw error;
      try {
        await savepoint.rollbackToSavepoint("work").execute();
      } catch {
        // Some failures (disk full, I/O) undo the whole transaction; then the first error tells.
        throw error;
      }
      return { error };
    }
  }

  async #inTime(tx: Transaction<NoTables>, job: Job): Promise<void> {
    let cancel = (): void => undefined;
    const overdue = new Promise<never>((_resolve, reject) => {
      cancel = this.#clock.onTimeout(workPatienceMs, () => {
        reject(new Overdue(job));
      });
    });
    try {
      await Promise.race([job.work(tx), overdue]);
    } finally {
      cancel();
    }
  }
}

/** Thrown when a work takes too long: its queries could fall into another's savepoint, so everything is undone and the others run again. */
class Overdue extends Error {
  readonly job: Job;
  readonly reason = new LatchkeyError(
    "ERR_STORE_FAILED",
    `A database transaction did not finish in ${String(workPatienceMs / 1000)} seconds and was undone: it may await nothing but its queries.`,
  );

  constructor(job: Job) {
    super("overdue");
    this.job = job;
  }
}

async function rollBack(tx: ControlledTransaction<NoTables>): Promise<void> {
  try {
    await tx.rollback().execute();
  } catch {
    // SQLite has undone it by itself.
  }
}
