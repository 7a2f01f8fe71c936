import type { Database } from "../store/database.ts";
import type { Clock } from "../units/clock.ts";
import type { TransactionTables } from "./schema.ts";

/** How the workers of a tenant know of each other's life. */
export interface WorkerLives {
  /** Says that this one lives. */
  beat(): Promise<void>;
  /** Looks at the others. Ids that are not alive are dead. */
  observe(): Promise<ReadonlySet<string>>;
  /** This one ends. */
  leave(): Promise<void>;
}

interface Seen {
  readonly beat: number;
  /** Monotonic, by the watcher's own clock: clocks of different machines are never compared. */
  readonly sinceMs: number;
}

export function workerLives(
  database: Database,
  {
    tenant,
    workerId,
    clock,
    deadAfterMs,
  }: {
    readonly tenant: string;
    readonly workerId: string;
    readonly clock: Clock;
    /** A worker whose beat stands still for this long is dead. */
    readonly deadAfterMs: number;
  },
): WorkerLives {
  const seen = new Map<string, Seen>();

  return {
    beat: () =>
      database.transaction(async (untyped) => {
        const tx = untyped.$extendTables<TransactionTables>();
        const { numUpdatedRows } = await tx
          .updateTable("latchkey_workers")
          .set(({ eb }) => ({ beat: eb("beat", "+", 1) }))
          .where("worker_id", "=", workerId)
          .executeTakeFirstOrThrow();
        // The first beat; or others took this one for dead and removed it.
        if (numUpdatedRows === 0n)
          await database.insertIfAbsent(
            tx.insertInto("latchkey_workers").values({ worker_id: workerId, tenant, beat: 1, started_at: clock.now() }),
          );
      }),

    observe: async () => {
      const rows = await database.reader
        .$extendTables<TransactionTables>()
        .selectFrom("latchkey_workers")
        .select(["worker_id", "beat"])
        .where("tenant", "=", tenant)
        .execute();
      const nowMs = clock.monotonicMs();
      const alive = new Set<string>();
      const dead: string[] = [];
      for (const { worker_id: id, beat } of rows) {
        const before = seen.get(id);
        if (before?.beat !== beat) seen.set(id, { beat, sinceMs: nowMs });
        else if (id !== workerId && nowMs - before.sinceMs >= deadAfterMs) dead.push(id);
        if (!dead.includes(id)) alive.add(id);
      }
      for (const id of seen.keys()) if (!alive.has(id)) seen.delete(id);
      if (dead.length > 0)
        await database.transaction((tx) =>
          tx.$extendTables<TransactionTables>().deleteFrom("latchkey_workers").where("worker_id", "in", dead).execute(),
        );
      return alive;
    },

    leave: () =>
      database.transaction(async (untyped) => {
        const tx = untyped.$extendTables<TransactionTables>();
        await tx
          .updateTable("latchkey_senders")
          .set({ lease_worker: null })
          .where("lease_worker", "=", workerId)
          .where("tenant", "=", tenant)
          .execute();
        await tx.deleteFrom("latchkey_workers").where("worker_id", "=", workerId).execute();
      }),
  };
}
