import type { Database } from "../../store/database.ts";
import { type CollectionTables, withTables } from "../schema.ts";

export interface PaymentCursor {
  readonly nextBlock: number;
  readonly epoch: number;
}

/** How far a tenant's chains were looked through for payments. */
export interface PaymentRows {
  cursor(chainId: number): Promise<PaymentCursor | undefined>;
  /** The first look begins here; one that is there stays. */
  begin(chainId: number, nextBlock: number): Promise<void>;
  /** @returns false where another process was faster: what was found is its news. */
  advance(chainId: number, seen: PaymentCursor, nextBlock: number): Promise<boolean>;
}

export function paymentRows(database: Database, tenant: string): PaymentRows {
  return {
    cursor: async (chainId) => {
      const row = await database.reader
        .$extendTables<CollectionTables>()
        .selectFrom("latchkey_payment_cursors")
        .select(["next_block", "epoch"])
        .where("tenant", "=", tenant)
        .where("chain_id", "=", chainId)
        .executeTakeFirst();
      return row === undefined ? undefined : { nextBlock: Number(row.next_block), epoch: row.epoch };
    },

    begin: async (chainId, nextBlock) => {
      await database.transaction((tx) =>
        database.insertIfAbsent(
          withTables(tx)
            .insertInto("latchkey_payment_cursors")
            .values({ tenant, chain_id: chainId, next_block: nextBlock, epoch: 0 }),
        ),
      );
    },

    advance: (chainId, { epoch }, nextBlock) =>
      database.transaction(async (tx) => {
        const { numUpdatedRows } = await withTables(tx)
          .updateTable("latchkey_payment_cursors")
          .set({ next_block: nextBlock, epoch: epoch + 1 })
          .where("tenant", "=", tenant)
          .where("chain_id", "=", chainId)
          .where("epoch", "=", epoch)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n;
      }),
  };
}
