import type { StoredTransaction, TransactionReads } from "./rows.ts";

interface Job {
  readonly resolve: (stored: StoredTransaction | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads of single transactions that are asked for in one turn go out as one query. */
export function sharedGet(reads: TransactionReads): (id: string) => Promise<StoredTransaction | undefined> {
  let waiting = new Map<string, Job[]>();

  async function read(jobs: ReadonlyMap<string, readonly Job[]>): Promise<void> {
    try {
      const found = new Map((await reads.byIds([...jobs.keys()])).map((stored) => [stored.record.id, stored]));
      for (const [id, each] of jobs) for (const { resolve } of each) resolve(found.get(id));
    } catch (error) {
      for (const each of jobs.values()) for (const { reject } of each) reject(error);
    }
  }

  return (id) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) {
        setImmediate(() => {
          const jobs = waiting;
          waiting = new Map();
          void read(jobs);
        });
      }
      waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }]);
    });
}
