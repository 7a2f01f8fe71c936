import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { collectionSchema } from "../../src/collections/schema.ts";
import { branchKeySchema } from "../../src/store/branch-keys.ts";
import type { Dialect } from "../../src/store/database.ts";
import { migrate, requireSchema } from "../../src/store/migrate.ts";
import type { Migration, Schema } from "../../src/store/migrations.ts";
import { policySchema } from "../../src/transactions/policy/schema.ts";
import { transactionSchema } from "../../src/transactions/schema.ts";
import { webhookSchema } from "../../src/transactions/webhooks/schema.ts";
import { walletSchema } from "../../src/wallets/schema.ts";
import { thrownBy } from "../harness/errors.ts";
import { type PostgresServer, startPostgres } from "../harness/postgres.ts";
import { temporaryDirectory } from "../harness/temporary-directory.ts";
import type { StorePlace } from "./children/adapter-of.ts";
import { openAt } from "./contract.ts";
import { issueEveryStatement } from "./every-statement.ts";
import {
  formatStatements,
  normalised,
  parseStatements,
  recordedDatabase,
  replay,
  type Statement,
} from "./statements.ts";

const schemas = [branchKeySchema, walletSchema, policySchema, transactionSchema, webhookSchema, collectionSchema];
/** The schema of this release. Each release's statements stay as a fixture once a later one has changed the tables. */
const newest = Math.max(...schemas.map(({ migrations }) => migrations.length));

function fixturePath(version: number, dialect: Dialect): string {
  return fileURLToPath(new URL(`./fixtures/schema-${String(version)}.${dialect}.sql`, import.meta.url));
}

function headingOf(version: number, dialect: Dialect): string[] {
  return [
    `What code of schema ${String(version)} sends to ${dialect}, with the answers. Recorded from the code by`,
    `  vitest run test/store/rolling-deploy.test.ts --update`,
    `which rewrites the newest schema's file alone. The others are history: code that is still running sends them.`,
  ];
}

const isDefinition = ({ sql }: Statement): boolean => /^(?:create|alter|drop) /.test(sql);
/** What migrate asks; its answers are another release's by design. */
const isMigration = ({ sql }: Statement): boolean =>
  /latchkey_schema|pg_advisory/.test(sql) || /\bto_regclass\b/.test(sql);

/** A table of each room. */
const tables: Readonly<Record<string, string>> = {
  store: "latchkey_branch_keys",
  wallets: "latchkey_wallets",
  policy: "latchkey_limits",
  transactions: "latchkey_transactions",
  webhooks: "latchkey_webhook_deliveries",
  collections: "latchkey_collections",
};
/** A column of it that the code of today needs, where that is another than most have. */
const neededColumns: Readonly<Record<string, string>> = { policy: "used", webhooks: "body" };

function tableOf(room: string): string {
  return tables[room] ?? expect.fail(`no table of ${room}`);
}

/** A later release that only adds: what a rolling deploy lives through. */
function expanded({ room, migrations }: Schema): Schema {
  const table = tableOf(room);
  const step: Migration = {
    version: migrations.length + 1,
    oldestCode: migrations.at(-1)?.oldestCode ?? 1,
    up: async (tx) => {
      await tx.schema.alterTable(table).addColumn("later_note", "varchar(64)").execute();
      await tx.schema
        .alterTable(table)
        .addColumn("later_count", "integer", (column) => column.notNull().defaultTo(0))
        .execute();
      await tx.schema.createTable(`later_${room}`).addColumn("id", "integer").execute();
    },
  };
  return { room, migrations: [...migrations, step] };
}

/** The release after that, which takes away what the oldest code needs. */
function contracted(schema: Schema): Schema {
  const version = schema.migrations.length + 1;
  const table = tableOf(schema.room);
  const step: Migration = {
    version,
    oldestCode: version - 1,
    up: async (tx) => {
      await tx.schema
        .alterTable(table)
        .dropColumn(neededColumns[schema.room] ?? "created_at")
        .execute();
    },
  };
  return { room: schema.room, migrations: [...schema.migrations, step] };
}

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const places: Record<Dialect, () => Promise<StorePlace>> = {
  sqlite: () => Promise.resolve({ dialect: "sqlite", location: join(temporaryDirectory(), "test.db") }),
  postgres: async () => ({ dialect: "postgres", location: await server.createDatabase(randomUUID()) }),
};

// Budget of the file: 8 s, the server's start included.
describe.each(["sqlite", "postgres"] as const)("a rolling deploy on %s", { timeout: 15_000 }, (dialect) => {
  const versions = Array.from({ length: newest }, (_, index) => index + 1).filter((version) =>
    existsSync(fixturePath(version, dialect)),
  );
  const statementsOf = (version: number): Statement[] =>
    parseStatements(readFileSync(fixturePath(version, dialect), "utf8"));

  it("knows the statements that this release sends", async () => {
    const { database, statements } = recordedDatabase(await openAt(await places[dialect]()));
    await issueEveryStatement(database);
    const text = formatStatements(statements, headingOf(newest, dialect));
    await expect(text).toMatchFileSnapshot(fixturePath(newest, dialect));
    expect(parseStatements(text)).toHaveLength(statements.length);
  });

  it("starts from the fixture of every release whose code may still run", () => {
    const oldest = Math.min(...schemas.map(({ migrations }) => migrations.at(-1)?.oldestCode ?? 1));
    expect(versions).toEqual(Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index));
    for (const version of versions) expect(statementsOf(version).length).toBeGreaterThan(20);
  });

  it.each([
    { name: "the tables of this release", release: (schema: Schema) => schema },
    { name: "tables that a later release has expanded", release: expanded },
  ])("lets the code of earlier releases work on $name", async ({ release }) => {
    for (const version of versions) {
      const place = await places[dialect]();
      // Open before the new release starts, as the old one's processes are.
      const database = await openAt(place);
      const deploying = await openAt(place);
      for (const schema of schemas) await migrate(deploying, release(schema));
      for (const schema of schemas) await migrate(database, schema);
      for (const statement of statementsOf(version)) {
        if (isDefinition(statement) || isMigration(statement)) continue;
        expect(normalised(await replay(database, statement)), statement.sql).toMatchObject(
          Object(normalised(statement.answer)),
        );
      }
    }
  });

  it("takes over a database as an earlier release left it, while that one goes on", async () => {
    for (const version of versions) {
      const place = await places[dialect]();
      const database = await openAt(place);
      const statements = statementsOf(version);
      for (const statement of statements) await replay(database, statement);
      const reads = statements.filter(
        ({ sql }) => sql.startsWith("select") && !/pg_advisory|latchkey_schema/.test(sql),
      );
      const before = await Promise.all(reads.map((statement) => replay(database, statement)));
      const deploying = await openAt(place);
      for (const schema of schemas) await migrate(deploying, expanded(schema));
      for (const schema of schemas) await requireSchema(deploying, expanded(schema));
      for (const [index, statement] of reads.entries()) {
        expect(await replay(database, statement), statement.sql).toMatchObject(Object(before[index]));
      }
    }
  });

  it("ends for the oldest code with the step that contracts", async () => {
    const place = await places[dialect]();
    const database = await openAt(place);
    for (const schema of schemas) await migrate(database, contracted(expanded(schema)));
    for (const schema of schemas) {
      for (const attempt of [migrate, requireSchema]) {
        const error = await thrownBy(() => attempt(database, schema));
        expect(isLatchkeyError(error, "ERR_STORE_SCHEMA_NEWER")).toBe(true);
        await attempt(database, expanded(schema));
      }
    }
  });
});
