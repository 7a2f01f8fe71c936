import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { branchKeySchema } from "../../src/store/branch-keys.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate, requireSchema } from "../../src/store/migrate.ts";
import type { Migration, Schema } from "../../src/store/migrations.ts";
import { walletSchema } from "../../src/wallets/schema.ts";
import { thrownBy } from "../harness/errors.ts";
import { runChild } from "../harness/run-child.ts";
import type { StorePlace } from "./children/adapter-of.ts";
import { openAt } from "./contract.ts";

const migrateChild = new URL("./children/migrate.ts", import.meta.url);

/** A step that makes a table called after its version. */
function step(version: number, oldestCode = 1): Migration {
  return {
    version,
    oldestCode,
    up: async (tx) => {
      await tx.schema
        .createTable(`step_${String(version)}`)
        .addColumn("id", "integer")
        .execute();
    },
  };
}

function schemaOf(...migrations: Migration[]): Schema {
  return { room: "test", migrations };
}

async function tablesOf({ dialect, reader }: Database): Promise<string[]> {
  const query =
    dialect === "postgres"
      ? sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`
      : sql<{ name: string }>`select name from sqlite_master where type = 'table'`;
  return (await query.execute(reader)).rows.map(({ name }) => name).sort();
}

/** The same database, counting what is asked of it. */
function counted(database: Database): { database: Database; queries: () => number; transactions: () => number } {
  let queries = 0;
  let transactions = 0;
  return {
    queries: () => queries,
    transactions: () => transactions,
    database: {
      ...database,
      reader: database.reader.withPlugin({
        transformQuery: ({ node }) => {
          queries += 1;
          return node;
        },
        transformResult: ({ result }) => Promise.resolve(result),
      }),
      transaction: (work) => {
        transactions += 1;
        return database.transaction(work);
      },
    },
  };
}

/** What migrations hold to on every adapter. */
export function describeMigrations(newPlace: () => Promise<StorePlace>): void {
  describe("migrate", { timeout: 30_000 }, () => {
    it("takes each step once, and those that are new at the next release", async () => {
      const database = await openAt(await newPlace());
      await migrate(database, schemaOf(step(1)));
      expect(await tablesOf(database)).toEqual(["latchkey_schema", "step_1"]);
      await migrate(database, schemaOf(step(1), step(2), step(3)));
      expect(await tablesOf(database)).toEqual(["latchkey_schema", "step_1", "step_2", "step_3"]);
    });

    it("is done once by two processes, and by many in one", async () => {
      const place = await newPlace();
      const outcomes = await Promise.all([1, 2].map(() => runChild(migrateChild, [place.dialect, place.location])));
      expect(outcomes.map(({ stdout, stderr }) => stdout + stderr)).toEqual(["done\n", "done\n"]);
      const databases = await Promise.all([1, 2, 3, 4].map(() => openAt(place)));
      await Promise.all(databases.map((database) => migrate(database, schemaOf(step(1), step(2)))));
      for (const schema of [branchKeySchema, walletSchema])
        for (const each of databases) await requireSchema(each, schema);
    });

    it("is reads alone where nothing is to be done", async () => {
      const database = await openAt(await newPlace());
      await migrate(database, walletSchema);
      const count = counted(database);
      await migrate(count.database, walletSchema);
      await requireSchema(count.database, walletSchema);
      expect(count.transactions()).toBe(0);
      expect(count.queries()).toBe(4);
    });

    it("accepts a newer schema that this code still works with", async () => {
      const database = await openAt(await newPlace());
      await migrate(database, schemaOf(step(1), step(2, 1)));
      await migrate(database, schemaOf(step(1)));
      await requireSchema(database, schemaOf(step(1)));
      expect(await tablesOf(database)).toContain("step_2");
    });

    it("refuses a newer schema that this code does not work with, and changes nothing", async () => {
      const database = await openAt(await newPlace());
      await migrate(database, schemaOf(step(1), step(2), step(3, 2)));
      const before = await tablesOf(database);
      for (const attempt of [migrate, requireSchema]) {
        const error = await thrownBy(() => attempt(database, schemaOf(step(1))));
        if (!isLatchkeyError(error, "ERR_STORE_SCHEMA_NEWER")) expect.fail(String(error));
        expect(error.context).toEqual({ room: "test", version: 3, oldestCode: 2, code: 1 });
      }
      expect(await tablesOf(database)).toEqual(before);
      await migrate(database, schemaOf(step(1), step(2)));
    });

    it("undoes a step that fails and takes it again when it is mended", async () => {
      const database = await openAt(await newPlace());
      const failing: Migration = {
        ...step(2),
        up: async (tx) => {
          await tx.schema.createTable("half").addColumn("id", "integer").execute();
          await tx.schema.createTable("step_1").addColumn("id", "integer").execute();
        },
      };
      const error = await thrownBy(() => migrate(database, schemaOf(step(1), failing, step(3))));
      expect(isLatchkeyError(error, "ERR_STORE_FAILED")).toBe(true);
      expect(await tablesOf(database)).toEqual(["latchkey_schema", "step_1"]);
      await migrate(database, schemaOf(step(1), step(2), step(3)));
      expect(await tablesOf(database)).toEqual(["latchkey_schema", "step_1", "step_2", "step_3"]);
    });

    it.each([
      { name: "no steps", steps: [] },
      { name: "a gap", steps: [step(1), step(3)] },
      { name: "a repeated step", steps: [step(1), step(1)] },
      { name: "a start at 0", steps: [step(0, 0)] },
      { name: "the wrong order", steps: [step(2), step(1)] },
      { name: "code newer than its step", steps: [step(1, 2)] },
      { name: "an oldest code that shrinks", steps: [step(1), step(2, 2), step(3, 1)] },
      { name: "an oldest code that is no version", steps: [step(1), step(2, 1.5)] },
    ])("refuses $name before anything happens", async ({ steps }) => {
      const database = await openAt(await newPlace());
      for (const attempt of [migrate, requireSchema]) {
        const error = await thrownBy(() => attempt(database, schemaOf(...steps)));
        expect(isLatchkeyError(error, "ERR_CONFIG_INVALID")).toBe(true);
      }
      expect(await tablesOf(database)).toEqual([]);
    });
  });

  describe("requireSchema", { timeout: 20_000 }, () => {
    it("refuses a database that is empty or older, and changes nothing", async () => {
      const database = await openAt(await newPlace());
      const refused = async (): Promise<void> => {
        const error = await thrownBy(() => requireSchema(database, schemaOf(step(1), step(2))));
        expect(isLatchkeyError(error, "ERR_STORE_FAILED")).toBe(true);
      };
      await refused();
      expect(await tablesOf(database)).toEqual([]);
      await migrate(database, { room: "other", migrations: [step(1)] });
      await refused();
      await migrate(database, { room: "test", migrations: [{ ...step(1), up: () => Promise.resolve() }] });
      await refused();
      expect(await tablesOf(database)).toEqual(["latchkey_schema", "step_1"]);
    });
  });
}
