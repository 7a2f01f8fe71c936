import type { Transaction } from "kysely";
import type { Database, NoTables } from "../../src/store/database.ts";

interface NoteRow {
  name: string;
  body: string | null;
  bytes: Uint8Array | null;
}

export type NoteTables = Record<"notes", NoteRow>;

/** What processes race for. */
export const raceKeys: readonly string[] = Array.from({ length: 100 }, (_, index) => `key ${String(index)}`);

/** A small table of the tests' own, used as a room uses its tables. */
export interface Notes {
  create(): Promise<void>;
  /** True if the name was free. */
  add(name: string, body: string): Promise<boolean>;
  /** Fails where the name is taken. */
  insert(name: string, bytes?: Uint8Array): Promise<void>;
  get(name: string): Promise<NoteRow | undefined>;
  names(): Promise<string[]>;
}

export function notesOf(database: Database): Notes {
  const reader = database.reader.$extendTables<NoteTables>();
  return {
    create: () =>
      database.transaction(async (tx) => {
        await tx.schema
          .createTable("notes")
          .addColumn("name", "varchar(256)", (column) => column.primaryKey())
          .addColumn("body", "text")
          .addColumn("bytes", database.dialect === "postgres" ? "bytea" : "blob")
          .execute();
      }),
    add: (name, body) =>
      database.transaction((tx) =>
        database.insertIfAbsent(tx.$extendTables<NoteTables>().insertInto("notes").values({ name, body })),
      ),
    insert: (name, bytes) => database.transaction((tx) => insertNote(tx, name, bytes)),
    get: (name) => reader.selectFrom("notes").selectAll().where("name", "=", name).executeTakeFirst(),
    names: async () => (await reader.selectFrom("notes").select("name").execute()).map((row) => row.name).sort(),
  };
}

export async function insertNote(tx: Transaction<NoTables>, name: string, bytes?: Uint8Array): Promise<void> {
  await tx
    .$extendTables<NoteTables>()
    .insertInto("notes")
    .values({ name, ...(bytes === undefined ? {} : { bytes }) })
    .execute();
}
