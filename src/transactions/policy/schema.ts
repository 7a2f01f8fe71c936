import type { Transaction } from "kysely";
import type { NoTables } from "../../store/database.ts";
import type { Schema } from "../../store/migrations.ts";

export interface ControlsRow {
  tenant: string;
  /** `tenant`, `user:<wallet id>` or `service:<name>`. */
  subject: string;
  /** 0 or 1. */
  frozen: number;
  reason: string | null;
  /** JSON; amounts as decimal text. */
  rules: string;
  /** Starts at 1 and counts the changes. */
  version: number;
  /** `<branch id>:<version>`: whose key the MAC was made with. */
  mac_branch: string;
  mac: string;
  /** Milliseconds since the Unix epoch; PostgreSQL gives it as text. */
  updated_at: number | string;
}

export interface LimitRow {
  tenant: string;
  /** Names the counter. */
  scope: string;
  /** JSON: [[begin, end, amount as decimal text], ...], times in milliseconds. */
  used: string;
  version: number;
  mac_branch: string;
  mac: string;
}

/** Tables of this room, as Kysely sees them. */
export type PolicyTables = Record<"latchkey_controls", ControlsRow> & Record<"latchkey_limits", LimitRow>;

export const policySchema: Schema = {
  room: "policy",
  migrations: [
    {
      version: 1,
      oldestCode: 1,
      up: async (tx: Transaction<NoTables>): Promise<void> => {
        await tx.schema
          .createTable("latchkey_controls")
          .addColumn("tenant", "varchar(256)", (column) => column.notNull())
          .addColumn("subject", "varchar(320)", (column) => column.notNull())
          .addColumn("frozen", "integer", (column) => column.notNull())
          .addColumn("reason", "text")
          .addColumn("rules", "text", (column) => column.notNull())
          .addColumn("version", "integer", (column) => column.notNull())
          .addColumn("mac_branch", "varchar(64)", (column) => column.notNull())
          .addColumn("mac", "varchar(64)", (column) => column.notNull())
          .addColumn("updated_at", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("latchkey_controls_pk", ["tenant", "subject"])
          .execute();
        await tx.schema
          .createTable("latchkey_limits")
          .addColumn("tenant", "varchar(256)", (column) => column.notNull())
          .addColumn("scope", "varchar(512)", (column) => column.notNull())
          .addColumn("used", "text", (column) => column.notNull())
          .addColumn("version", "integer", (column) => column.notNull())
          .addColumn("mac_branch", "varchar(64)", (column) => column.notNull())
          .addColumn("mac", "varchar(64)", (column) => column.notNull())
          .addPrimaryKeyConstraint("latchkey_limits_pk", ["tenant", "scope"])
          .execute();
      },
    },
  ],
};
