import type { Transaction } from "kysely";
import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Database, NoTables } from "../../store/database.ts";
import { type Buckets, decodeBuckets, encodeBuckets } from "./counter.ts";
import type { PolicyKeys } from "./policy-keys.ts";
import type { LimitRow, PolicyTables } from "./schema.ts";

const table = "latchkey_limits";

interface HeldCounter {
  row: LimitRow;
  /** Set once the row was verified. */
  buckets?: Buckets;
}

/** The counters of one transaction. */
export interface CounterRows {
  /** Reads them, made where they are missing, and holds them until the transaction ends. */
  lock(scopes: readonly string[]): Promise<void>;
  /**
   * A locked counter, to look at. One that is to be changed is asked for with `change`.
   *
   * @throws `ERR_POLICY_TAMPERED`.
   */
  get(scope: string): Buckets;
  /** As `get`; `write` stores it. */
  change(scope: string): Buckets;
  write(): Promise<void>;
}

export interface CounterParts {
  readonly database: Database;
  readonly tx: Transaction<NoTables>;
  readonly tenant: string;
  readonly keys: PolicyKeys;
}

export function createCounterRows({ database, tx: untyped, tenant, keys }: CounterParts): CounterRows {
  const tx = untyped.$extendTables<PolicyTables>();
  const held = new Map<string, HeldCounter>();
  const changed = new Set<string>();

  const rowOf = (scope: string, buckets: Buckets, version: number): LimitRow => {
    const said = { tenant, scope, used: encodeBuckets(buckets), version };
    return { ...said, ...keys.sign(table, said) };
  };
  const find = (scopes: readonly string[]) =>
    tx.selectFrom(table).selectAll().where("tenant", "=", tenant).where("scope", "in", scopes).orderBy("scope");

  function counterOf(scope: string): Buckets {
    const counter = held.get(scope);
    if (counter === undefined) throw new RangeError("a counter was asked for that is not locked");
    if (counter.buckets === undefined) {
      const { used, version } = counter.row;
      keys.verify(table, scope, { tenant, scope, used, version }, counter.row);
      counter.buckets = decodeBuckets(used);
    }
    return counter.buckets;
  }

  return {
    lock: async (scopes) => {
      const wanted = [...new Set(scopes)].filter((scope) => !held.has(scope)).sort();
      if (wanted.length === 0) return;
      // Rows that are missing are made first, in one order, and then all are locked, in one order: nobody waits for one who waits for him.
      const present = new Set((await find(wanted).execute()).map(({ scope }) => scope));
      for (const scope of wanted) {
        if (present.has(scope)) continue;
        await database.insertIfAbsent(tx.insertInto(table).values(rowOf(scope, new Map(), 1)));
      }
      const query = find(wanted);
      for (const row of await (database.dialect === "postgres" ? query.forUpdate() : query).execute()) {
        held.set(row.scope, { row });
      }
    },

    get: counterOf,

    change: (scope) => {
      const buckets = counterOf(scope);
      changed.add(scope);
      return buckets;
    },

    write: async () => {
      for (const scope of [...changed].sort()) {
        const counter = held.get(scope);
        const before = counter?.row.version ?? 0;
        const next = rowOf(scope, counterOf(scope), before + 1);
        const { numUpdatedRows } = await tx
          .updateTable(table)
          .set(next)
          .where("tenant", "=", tenant)
          .where("scope", "=", scope)
          .where("version", "=", before)
          .executeTakeFirstOrThrow();
        if (counter === undefined || numUpdatedRows !== 1n) throw lost();
        counter.row = next;
      }
      changed.clear();
    },
  };
}

/** The row was locked: only somebody who deletes or rewrites rows by hand comes in between. */
function lost(): LatchkeyError {
  return new LatchkeyError(
    "ERR_STORE_BUSY",
    "A counter of the policy was changed by somebody else while it was locked. Nothing was counted; try again.",
  );
}
