import type { PreparedTransaction } from "../ports/chain-adapter.ts";
import type { Subject } from "../ports/policy-gate.ts";
import type { RowMacKey } from "../ports/row-macs.ts";
import { cancelIntent } from "./cancel-intent.ts";
import { type Candidate, isTerminal, ownerName, type Ready, type Sifted, type Signed } from "./candidates.ts";
import { toJson } from "./json.ts";
import type { LaneParts } from "./lane-state.ts";
import { Outdated } from "./lane-change.ts";
import { branchText } from "./lease-keys.ts";
import type { PolicyBook } from "./policy/policy.ts";
import { macFields, macTable, type TransactionRecord } from "./record.ts";
import { withTables } from "./rows.ts";
import { troubleOf } from "./status.ts";

/** The policy's word right before the keys are asked, and what it counts of the fee. */
export async function askPolicy(
  parts: LaneParts,
  ready: readonly Ready[],
  keys: ReadonlyMap<string, RowMacKey>,
): Promise<Sifted> {
  if (ready.length === 0) return { ready, refused: [] };
  const { policy, database, tenant } = parts;
  const lease = await policy.lease();
  try {
    return await database.transaction(async (untyped) => {
      const tx = withTables(untyped);
      await parts.store.requireLease(tx);
      const queued = await parts.store.statesOf(
        tx,
        ready.map(({ candidate }) => candidate.record.id),
      );
      const book = await lease.open(
        untyped,
        ready.flatMap(({ candidate: { sender, record } }) => [sender.subject, ...payersOf(record)]),
      );
      const allowed: Ready[] = [];
      const refused: Signed["refused"][number][] = [];
      for (const each of ready) {
        const { candidate, prepared } = each;
        // Cancelled while the node was asked: what was counted for it is given back already.
        if (queued.get(candidate.record.id) !== "queued") throw new Outdated();
        try {
          const record = await recheck(parts, book, candidate, prepared);
          const key = keys.get(ownerName(candidate.record));
          if (record !== candidate.record && key !== undefined) {
            const { id, reservationsText } = record;
            const mac = key.macOf(macTable, macFields({ ...record, tenant }));
            const row = { reservations: reservationsText, mac, mac_branch: branchText(key.branch) };
            await tx.updateTable("latchkey_transactions").set(row).where("id", "=", id).execute();
            allowed.push({ candidate: { ...candidate, record: { ...record, mac } }, prepared });
          } else allowed.push(each);
        } catch (error) {
          if (!isTerminal(error)) throw error;
          refused.push({ candidate, trouble: troubleOf(error) });
        }
      }
      await book.write();
      return { ready: allowed, refused };
    });
  } finally {
    lease.release();
  }
}

/** Whose fee payer's key signs too; undefined where the chain has its own. */
function payerSubject({ payload }: TransactionRecord): Subject | undefined {
  const { feePayer } = payload.options;
  return feePayer.startsWith("service:") ? { kind: "service", name: feePayer.slice(8) } : undefined;
}

export function payersOf(record: TransactionRecord): readonly Subject[] {
  const payer = payerSubject(record);
  return payer === undefined ? [] : [payer];
}

/** @returns the record with what is counted for it now. */
export async function recheck(
  { clock }: Pick<LaneParts, "clock">,
  book: PolicyBook,
  { record, sender }: Pick<Candidate, "record" | "sender">,
  { feePayer }: Pick<PreparedTransaction, "feePayer">,
  intent = record.payload.intent,
): Promise<TransactionRecord> {
  const { chain, chainId } = record.sender;
  const ask = { subject: sender.subject, chain, chainId, intent, nowMs: clock.now() };
  let reservations = await book.recheck(ask, record.reservations);
  if (feePayer !== undefined) {
    const payer = payerSubject(record);
    // Its rules are about what it sends itself; a freeze holds for all that it signs.
    if (payer !== undefined)
      await book.recheck({ ...ask, subject: payer, intent: cancelIntent(record.sender.address) }, []);
    try {
      reservations = await book.reserveFee(ask, feePayer.maxFee, reservations);
    } catch (error) {
      // What was counted a moment ago is nobody's then.
      const before = new Set(record.reservations.map(toJson));
      await book.settle(
        reservations.filter((each) => !before.has(toJson(each))),
        { kind: "returned" },
      );
      throw error;
    }
  }
  const reservationsText = toJson(reservations);
  return reservationsText === record.reservationsText ? record : { ...record, reservations, reservationsText };
}
