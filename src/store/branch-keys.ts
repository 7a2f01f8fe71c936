import type { Transaction } from "kysely";
import type { BranchKeyRecord, BranchKeySlot, BranchKeyStore } from "../ports/branch-key-store.ts";
import type { WrappedKey } from "../ports/wrapping-key.ts";
import type { Database, NoTables } from "./database.ts";
import type { Schema } from "./migrations.ts";

interface BranchKeyRow {
  tenant: string;
  slot: number;
  /** The token of whoever is making the key; null once it is made. */
  claim: string | null;
  /** Null while the slot is only claimed, as are version and wrapped. */
  branch_id: string | null;
  version: number | null;
  /** JSON: [{ "keyId", "ciphertext" in base64 }]. */
  wrapped: string | null;
  /** Envelopes reserved under the key. */
  reserved: number;
  /** ISO 8601, UTC: when the row was claimed. */
  created_at: string;
}

type BranchKeyTables = Record<"latchkey_branch_keys", BranchKeyRow>;

/** Envelopes that one branch key may protect. */
export const envelopesPerBranchKey = 2 ** 20;

export const branchKeySchema: Schema = {
  room: "store",
  migrations: [
    {
      version: 1,
      oldestCode: 1,
      up: async (tx: Transaction<NoTables>): Promise<void> => {
        await tx.schema
          .createTable("latchkey_branch_keys")
          .addColumn("tenant", "varchar(256)", (column) => column.notNull())
          .addColumn("slot", "integer", (column) => column.notNull())
          .addColumn("claim", "varchar(36)")
          .addColumn("branch_id", "varchar(36)")
          .addColumn("version", "integer")
          .addColumn("wrapped", "text")
          .addColumn("reserved", "integer", (column) => column.notNull())
          .addColumn("created_at", "varchar(24)", (column) => column.notNull())
          .addPrimaryKeyConstraint("latchkey_branch_keys_pk", ["tenant", "slot"])
          .addUniqueConstraint("latchkey_branch_keys_branch", ["branch_id", "version"])
          .execute();
      },
    },
  ],
};

/** The branch keys of a database. */
export function branchKeyStore(database: Database): BranchKeyStore {
  const reader = database.reader.$extendTables<BranchKeyTables>();

  /** One update; true if it met its row. */
  const update = (
    change: Partial<BranchKeyRow>,
    where: { readonly tenant: string; readonly slot: number; readonly claim?: string },
  ): Promise<boolean> =>
    database.transaction(async (tx) => {
      let query = tx
        .$extendTables<BranchKeyTables>()
        .updateTable("latchkey_branch_keys")
        .set(change)
        .where("tenant", "=", where.tenant)
        .where("slot", "=", where.slot)
        .where("branch_id", "is", null);
      if (where.claim !== undefined) query = query.where("claim", "=", where.claim);
      const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    });

  /** The first or the last by slot. */
  const atEnd = async (tenant: string, direction: "asc" | "desc"): Promise<BranchKeySlot> => {
    const row = await reader
      .selectFrom("latchkey_branch_keys")
      .selectAll()
      .where("tenant", "=", tenant)
      .orderBy("slot", direction)
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return { state: "none" };
    const { slot, branch_id: branchId, version } = row;
    if (branchId === null || version === null) return { state: "claimed", slot, claim: row.claim ?? "" };
    return { state: "ready", slot, record: { tenant, branchId, version, wrapped: decodeWrapped(row.wrapped) } };
  };

  return {
    newest: (tenant) => atEnd(tenant, "desc"),

    first: (tenant) => atEnd(tenant, "asc"),

    find: async ({ tenant, branchId, version }) => {
      const row = await reader
        .selectFrom("latchkey_branch_keys")
        .select("wrapped")
        .where("branch_id", "=", branchId)
        .where("version", "=", version)
        .where("tenant", "=", tenant)
        .executeTakeFirst();
      return row === undefined ? undefined : { tenant, branchId, version, wrapped: decodeWrapped(row.wrapped) };
    },

    claim: (tenant, slot, claim) =>
      database.transaction((tx) =>
        database.insertIfAbsent(
          tx
            .$extendTables<BranchKeyTables>()
            .insertInto("latchkey_branch_keys")
            .values({ tenant, slot, claim, reserved: 0, created_at: new Date().toISOString() }),
        ),
      ),

    takeOver: (tenant, slot, seen, claim) => update({ claim }, { tenant, slot, claim: seen }),

    withdraw: (tenant, slot, claim) =>
      database.transaction(async (tx) => {
        await tx
          .$extendTables<BranchKeyTables>()
          .deleteFrom("latchkey_branch_keys")
          .where("tenant", "=", tenant)
          .where("slot", "=", slot)
          .where("claim", "=", claim)
          .where("branch_id", "is", null)
          .execute();
      }),

    publish: (slot, { tenant, branchId, version, wrapped }: BranchKeyRecord) =>
      update({ branch_id: branchId, version, wrapped: encodeWrapped(wrapped), claim: null }, { tenant, slot }),

    reserve: ({ tenant, branchId, version }, count) =>
      database.transaction(async (tx) => {
        const { numUpdatedRows } = await tx
          .$extendTables<BranchKeyTables>()
          .updateTable("latchkey_branch_keys")
          .set(({ eb }) => ({ reserved: eb("reserved", "+", count) }))
          .where("tenant", "=", tenant)
          .where("branch_id", "=", branchId)
          .where("version", "=", version)
          .where("reserved", "<=", envelopesPerBranchKey - count)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n;
      }),
  };
}

function encodeWrapped(wrapped: readonly WrappedKey[]): string {
  return JSON.stringify(
    wrapped.map(({ keyId, ciphertext }) => ({ keyId, ciphertext: Buffer.from(ciphertext).toString("base64") })),
  );
}

/** What cannot be read counts as wrapped by nobody, which then fails like any altered key. */
function decodeWrapped(text: string | null): WrappedKey[] {
  try {
    const entries: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: unknown) =>
      isEncoded(entry) ? [{ keyId: entry.keyId, ciphertext: Buffer.from(entry.ciphertext, "base64") }] : [],
    );
  } catch {
    return [];
  }
}

function isEncoded(entry: unknown): entry is { readonly keyId: string; readonly ciphertext: string } {
  return (
    typeof entry === "object" &&
    entry !== null &&
    "keyId" in entry &&
    typeof entry.keyId === "string" &&
    "ciphertext" in entry &&
    typeof entry.ciphertext === "string"
  );
}
