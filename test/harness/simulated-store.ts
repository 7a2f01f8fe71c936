import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll } from "vitest";
import type { RowMacs } from "../../src/ports/row-macs.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { connect } from "../../src/store/sqlite/connect.ts";
import { readerOver, writerOver } from "../../src/store/sqlite/connection.ts";
import { GroupCommit } from "../../src/store/sqlite/group-commit.ts";
import { policySchema } from "../../src/transactions/policy/schema.ts";
import { transactionSchema } from "../../src/transactions/schema.ts";
import type { Clock } from "../../src/units/clock.ts";
import { Gate } from "../../src/units/gate.ts";
import { createRowMacs } from "../../src/vault/row-macs/row-macs.ts";

export const simulatedTenant = "tenant";

/** SQLite for processes that die by being forgotten: no power is cut, so that no commit waits for a disk. */
export interface SimulatedStore {
  readonly database: Database;
  /** Real MACs, under one branch key. */
  readonly macs: RowMacs;
  readonly branch: { readonly tenant: string; readonly branchId: string; readonly version: number };
  /** Empties every table. */
  clear(): Promise<void>;
}

const tables = ["transactions", "attempts", "receipts", "senders", "workers", "controls", "limits"];

/** One for a whole file of tests. */
export async function simulatedStore(clock: Clock): Promise<SimulatedStore> {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-test-"));
  const file = join(directory, "outbox.db");
  const writer = writerOver(connect(file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"));
  const reader = readerOver(connect(file, "PRAGMA query_only = ON;"), clock);
  const commits = new GroupCommit(writer.kysely, clock, () => Promise.resolve());
  const database: Database = {
    dialect: "sqlite",
    reader: reader.kysely,
    transaction: (work) => commits.run(work),
    insertIfAbsent: async (query) => {
      const { numInsertedOrUpdatedRows } = await query
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    close: async () => {
      await reader.close();
      await writer.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  afterAll(() => database.close());
  await migrate(database, policySchema);
  await migrate(database, transactionSchema);

  const branch = { tenant: simulatedTenant, branchId: randomUUID(), version: 1 };
  const key = randomBytes(32);
  const leased = { ref: branch, key, release: () => undefined };
  const source = { leaseFirst: () => Promise.resolve(leased), leaseForOpening: () => Promise.resolve(leased) };
  return {
    database,
    macs: createRowMacs(source, simulatedTenant, new Gate()),
    branch,
    clear: () =>
      database.transaction(async (tx) => {
        for (const table of tables) await sql.raw(`DELETE FROM latchkey_${table}`).execute(tx);
      }),
  };
}
