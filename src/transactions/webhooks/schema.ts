import type { ColumnType, Transaction } from "kysely";
import type { NoTables } from "../../store/database.ts";
import type { Schema } from "../../store/migrations.ts";

/** `pending` is waited for or being sent; the others have ended. `gone`: the receiver answered 410. */
export type DeliveryState = "pending" | "delivered" | "gone" | "failed";

interface DeliveryRow {
  tenant: string;
  event_id: string;
  /** The endpoint's name. */
  endpoint: string;
  event: string;
  /** What is posted, to the byte. */
  body: string;
  /** The tenant's branch key whose MAC is over the columns so far. */
  mac_branch: string;
  mac: string;
  state: DeliveryState;
  /** Begun, the one under way among them. */
  attempts: number;
  /** Milliseconds since the Unix epoch: when it is due; while it is being sent, when that counts as lost; once ended, when that was. */
  next_at: ColumnType<string | number, number, number>;
}

/** The table of webhooks, as Kysely sees it. */
export type WebhookTables = Record<"latchkey_webhook_deliveries", DeliveryRow>;

export const webhookSchema: Schema = {
  room: "webhooks",
  migrations: [
    {
      version: 1,
      oldestCode: 1,
      up: async (tx: Transaction<NoTables>): Promise<void> => {
        await tx.schema
          .createTable("latchkey_webhook_deliveries")
          .addColumn("tenant", "varchar(256)", (column) => column.notNull())
          .addColumn("event_id", "varchar(36)", (column) => column.notNull())
          .addColumn("endpoint", "varchar(32)", (column) => column.notNull())
          .addColumn("event", "varchar(32)", (column) => column.notNull())
          .addColumn("body", "text", (column) => column.notNull())
          .addColumn("mac_branch", "varchar(64)", (column) => column.notNull())
          .addColumn("mac", "varchar(64)", (column) => column.notNull())
          .addColumn("state", "varchar(16)", (column) => column.notNull())
          .addColumn("attempts", "integer", (column) => column.notNull())
          .addColumn("next_at", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("latchkey_webhook_deliveries_pk", ["tenant", "event_id", "endpoint"])
          .execute();
        await tx.schema
          .createIndex("latchkey_webhook_deliveries_due")
          .on("latchkey_webhook_deliveries")
          .columns(["tenant", "state", "next_at"])
          .execute();
      },
    },
  ],
};
