import type { Database } from "../store/database.ts";
import { noSigner } from "./no-signer.ts";
import type { SenderKey } from "./record.ts";
import { troubleColumns } from "./rows.ts";
import type { SenderRow, TransactionTables } from "./schema.ts";
import { troubleOf } from "./status.ts";

/** A sender with something to do, and whose turn it is. */
export interface OpenSender {
  readonly key: SenderKey;
  readonly subject: string;
  /** Transactions that have not ended. */
  readonly open: number;
  readonly signal: number;
  /** The worker that has the lease; null: nobody. */
  readonly worker: string | null;
  readonly epoch: number;
}

/** One worker's leases on the senders of a tenant. */
export interface Leases {
  /** All that have transactions that have not ended, on these chains. */
  open(chains: readonly string[]): Promise<readonly OpenSender[]>;
  /**
   * Takes a sender as it was seen: one of all that try.
   *
   * @returns the new epoch; undefined where another was faster.
   */
  take(seen: OpenSender): Promise<number | undefined>;
  giveBack(key: SenderKey): Promise<void>;
  /** Says with what is queued that nobody who works can sign it, for whoever asks what it waits for. */
  noteNobody(seen: OpenSender): Promise<void>;
}

export function leasesOf(database: Database, tenant: string, workerId: string): Leases {
  const senders = (key: SenderKey, change: Partial<Pick<SenderRow, "lease_worker" | "epoch">>, seen: SeenLease) =>
    database.transaction(async (tx) => {
      const query = tx
        .$extendTables<TransactionTables>()
        .updateTable("latchkey_senders")
        .set(change)
        .where("tenant", "=", tenant)
        .where("chain_id", "=", key.chainId)
        .where("address", "=", key.address);
      const exact =
        "epoch" in seen ? query.where("epoch", "=", seen.epoch) : query.where("lease_worker", "=", seen.worker);
      return (await exact.executeTakeFirstOrThrow()).numUpdatedRows === 1n;
    });

  return {
    open: async (chains) => {
      const rows = await database.reader
        .$extendTables<TransactionTables>()
        .selectFrom("latchkey_senders")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("open", ">", 0)
        .where("chain", "in", chains)
        .execute();
      return rows.map((row) => ({
        key: { chain: row.chain, chainId: Number(row.chain_id), address: row.address },
        subject: row.subject,
        open: row.open,
        signal: row.signal,
        worker: row.lease_worker,
        epoch: row.epoch,
      }));
    },

    take: async ({ key, epoch: seen }) => {
      const epoch = seen + 1;
      return (await senders(key, { lease_worker: workerId, epoch }, { epoch: seen })) ? epoch : undefined;
    },

    giveBack: async (key) => {
      await senders(key, { lease_worker: null }, { worker: workerId });
    },

    noteNobody: async ({ key, subject }) => {
      await database.transaction((tx) =>
        tx
          .$extendTables<TransactionTables>()
          .updateTable("latchkey_transactions")
          .set(troubleColumns(troubleOf(noSigner(subject))))
          .where("tenant", "=", tenant)
          .where("chain_id", "=", key.chainId)
          .where("sender", "=", key.address)
          .where("state", "=", "queued")
          .where("error_code", "is", null)
          .execute(),
      );
    },
  };
}

/** What a lease has to be still, to be changed. */
type SeenLease = { readonly epoch: number } | { readonly worker: string };
