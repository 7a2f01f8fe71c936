import { type LaneChange, type Move, Outdated } from "./lane-change.ts";
import type { TransactionRecord, Trouble } from "./record.ts";
import { spentMac, troubleColumns, type Tx } from "./rows.ts";
import { endStates, stateAfter, type TransactionState } from "./states.ts";

/** Moves of one transaction's kind: from a state to another, with one trouble to keep. */
interface Group {
  readonly from: TransactionState;
  readonly to: TransactionState;
  readonly trouble: Trouble | null;
  readonly ids: string[];
}

/**
 * Writes the steps, each only where its row is in the state that it leads from. Several of one transaction follow each other.
 *
 * @returns the records as they are now, by id.
 * @throws Outdated.
 */
export async function moveAll(
  tx: Tx,
  moves: readonly Move[],
  nowMs: number,
): Promise<ReadonlyMap<string, TransactionRecord>> {
  const written = new Map<string, TransactionRecord>();
  for (const round of roundsOf(moves)) {
    const groups = new Map<string, Group>();
    for (const move of round) {
      const { id } = move.record;
      const from = written.get(id)?.state ?? move.record.state;
      const to = stateAfter(from, move.step);
      if (to === undefined) throw new Error(`there is no step ${move.step} from ${from}`);
      const trouble = keptTrouble(move);
      // Rows with a trouble of their own are written one by one.
      const name = `${from} ${to} ${trouble === null ? "" : id}`;
      const group = groups.get(name) ?? { from, to, trouble, ids: [] };
      group.ids.push(id);
      groups.set(name, group);
      written.set(id, { ...move.record, state: to, trouble, updatedAt: nowMs });
    }
    for (const group of groups.values()) await moveGroup(tx, group, nowMs);
  }
  return written;
}

/** The first step of each transaction, then the second of each, and so on. */
function roundsOf(moves: readonly Move[]): readonly (readonly Move[])[] {
  const rounds: Move[][] = [];
  const counts = new Map<string, number>();
  for (const move of moves) {
    const count = counts.get(move.record.id) ?? 0;
    counts.set(move.record.id, count + 1);
    (rounds[count] ??= []).push(move);
  }
  return rounds;
}

async function moveGroup(tx: Tx, { from, to, trouble, ids }: Group, nowMs: number): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("latchkey_transactions")
    .set({
      state: to,
      updated_at: nowMs,
      ...troubleColumns(trouble),
      ...(endStates.has(to) ? spentMac : {}),
    })
    .where("id", "in", ids)
    .where("state", "=", from)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== BigInt(ids.length)) throw new Outdated();
}

/** Writes what is known now of attempts and transactions, beside their states. */
export async function markAll(tx: Tx, tenant: string, change: LaneChange, nowMs: number): Promise<void> {
  const { accepted = [], dead = [], troubles = [], givenUp = [] } = change;
  if (accepted.length > 0)
    await tx
      .updateTable("latchkey_attempts")
      .set({ accepted_at: nowMs })
      .where("tenant", "=", tenant)
      .where(
        "hash",
        "in",
        accepted.map(({ hash }) => hash),
      )
      .execute();
  for (const { transactionId, number, mac } of dead)
    await tx
      .updateTable("latchkey_attempts")
      .set({ is_dead: 1, mac })
      .where("transaction_id", "=", transactionId)
      .where("number", "=", number)
      .execute();
  for (const { id, trouble } of troubles)
    await tx.updateTable("latchkey_transactions").set(troubleColumns(trouble)).where("id", "=", id).execute();
  for (const { id, trouble, cancelMac } of givenUp)
    await tx
      .updateTable("latchkey_transactions")
      .set({ cancel_requested: 2, cancel_mac: cancelMac, ...troubleColumns(trouble) })
      .where("id", "=", id)
      .execute();
}

/** Whether nothing comes after this step. */
export function ends({ record, step }: Move): boolean {
  // What is mined and final at once is not mined yet as its record has it.
  const to = stateAfter(record.state, step) ?? (step === "finalise" ? "final" : undefined);
  return to !== undefined && endStates.has(to);
}

/** What was given up goes on until its nonce is free, and then ends for the reason that it was given up for. */
function keptTrouble({ record, trouble }: Move): Trouble | null {
  return trouble ?? (record.isGivenUp ? record.trouble : null);
}
