import { sql, type Transaction } from "kysely";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { Database, Dialect, NoTables } from "./database.ts";
import type { Schema } from "./migrations.ts";

interface SchemaRow {
  room: string;
  version: number;
  oldest_code: number;
}

type SchemaTables = Record<"latchkey_schema", SchemaRow>;

interface SchemaState {
  readonly version: number;
  readonly oldestCode: number;
}

/**
 * Brings a room's tables up to date, once for any number of processes that start together. Where they are already, it only reads.
 *
 * A database that a newer release migrated is fine as long as that release still works with this one's schema version.
 *
 * @throws `ERR_STORE_SCHEMA_NEWER`; `ERR_CONFIG_INVALID` the list of steps has gaps; `ERR_STORE_*`.
 */
export async function migrate(database: Database, schema: Schema): Promise<void> {
  const target = requireSteps(schema);
  const state = await readState(database, schema.room);
  if (state !== undefined && state.version >= target) {
    requireCompatible(schema.room, state, target);
    return;
  }
  let version = state?.version ?? 0;
  while (version < target) version = await takeStep(database, schema, target);
}

/**
 * As `migrate`, but changes nothing: for those who only read.
 *
 * @throws `ERR_STORE_FAILED` the tables are not there, or older than this code; `ERR_STORE_SCHEMA_NEWER`.
 */
export async function requireSchema(database: Database, schema: Schema): Promise<void> {
  const target = requireSteps(schema);
  const state = await readState(database, schema.room);
  if (state === undefined || state.version < target) {
    throw new LatchkeyError(
      "ERR_STORE_FAILED",
      state === undefined
        ? "This database has no Latchkey tables. Nothing was read; check which database it is."
        : "This database was last used by an older release. Nothing was read; start the backend with this release first.",
      { context: { room: schema.room } },
    );
  }
  requireCompatible(schema.room, state, target);
}

/** Takes the next step, whichever it is once this process has its turn. Returns the version reached. */
async function takeStep(database: Database, schema: Schema, target: number): Promise<number> {
  return await database.transaction(async (untyped) => {
    await takeTurn(untyped, database.dialect);
    await createStateTable(untyped);
    const tx = untyped.$extendTables<SchemaTables>();
    const rows = await tx.selectFrom("latchkey_schema").selectAll().where("room", "=", schema.room).execute();
    const current = rows[0];
    const version = current?.version ?? 0;
    if (current !== undefined && version >= target) {
      requireCompatible(schema.room, { version, oldestCode: current.oldest_code }, target);
      return version;
    }
    const step = schema.migrations[version];
    if (step === undefined) return target;
    await step.up(untyped, database.dialect);
    const reached = { version: step.version, oldest_code: step.oldestCode };
    if (current === undefined)
      await tx
        .insertInto("latchkey_schema")
        .values({ room: schema.room, ...reached })
        .execute();
    else await tx.updateTable("latchkey_schema").set(reached).where("room", "=", schema.room).execute();
    return step.version;
  });
}

async function readState(database: Database, room: string): Promise<SchemaState | undefined> {
  if (!(await hasStateTable(database))) return undefined;
  const row = await database.reader
    .$extendTables<SchemaTables>()
    .selectFrom("latchkey_schema")
    .select(["version", "oldest_code"])
    .where("room", "=", room)
    .executeTakeFirst();
  return row === undefined ? undefined : { version: row.version, oldestCode: row.oldest_code };
}

async function hasStateTable({ dialect, reader }: Database): Promise<boolean> {
  const query =
    dialect === "postgres"
      ? sql<{ name: string | null }>`select to_regclass('latchkey_schema')::text as name`
      : sql<{ name: string | null }>`select name from sqlite_master where type = 'table' and name = 'latchkey_schema'`;
  const { rows } = await query.execute(reader);
  return typeof rows[0]?.name === "string";
}

/** One process at a time: SQLite's transactions are, by their nature; elsewhere a lock that ends with the transaction. */
async function takeTurn(tx: Transaction<NoTables>, dialect: Dialect): Promise<void> {
  // The number is "latchkey" in ASCII, so that no other program's lock is meant by accident.
  if (dialect === "postgres") await sql`select pg_advisory_xact_lock(7809644666577250169)`.execute(tx);
}

async function createStateTable(tx: Transaction<NoTables>): Promise<void> {
  await tx.schema
    .createTable("latchkey_schema")
    .ifNotExists()
    .addColumn("room", "varchar(32)", (column) => column.primaryKey())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("oldest_code", "integer", (column) => column.notNull())
    .execute();
}

function requireCompatible(room: string, state: SchemaState, code: number): void {
  if (code >= state.oldestCode) return;
  throw new LatchkeyError(
    "ERR_STORE_SCHEMA_NEWER",
    `The tables of "${room}" are at version ${String(state.version)}, which needs code for version ${String(state.oldestCode)} or later; ` +
      `this release knows ${String(code)}. Nothing was changed; deploy the newer release.`,
    { context: { room, version: state.version, oldestCode: state.oldestCode, code } },
  );
}

/** Returns the version that the steps lead to. */
function requireSteps({ room, migrations }: Schema): number {
  const sound = migrations.every(
    (step, index) =>
      step.version === index + 1 &&
      Number.isInteger(step.oldestCode) &&
      step.oldestCode <= step.version &&
      step.oldestCode >= (migrations[index - 1]?.oldestCode ?? 1),
  );
  if (sound && migrations.length > 0) return migrations.length;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    `The schema steps of "${room}" are not 1, 2, 3, ... with an oldestCode that only grows.`,
  );
}
