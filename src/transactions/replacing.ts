import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { FeeOffer, PreparedTransaction } from "../ports/chain-adapter.ts";
import type { EncodedIntent } from "../ports/intent.ts";
import type { RowMacKey } from "../ports/row-macs.ts";
import { metrics } from "../telemetry/metrics.ts";
import { isCancelAuthorised, ownerOf } from "./authority.ts";
import { cancelIntent } from "./cancel-intent.ts";
import type { LaneAccess } from "./lane-state.ts";
import { LeaseLost, Outdated } from "./lane-change.ts";
import { current, type Entry } from "./entry.ts";
import { type Attempt, macFields, macTable, type TransactionRecord } from "./record.ts";
import { withTables } from "./rows.ts";
import type { Sender } from "./senders.ts";
import { payersOf, recheck } from "./ask-policy.ts";
import { prepareOptions, underCeiling } from "./prepare-candidates.ts";
import { attemptOf, signOne, tampered } from "./signing.ts";

/** Offers more for what is stuck, and puts nothing in the place of what was cancelled. */
export async function replaceDue(lane: LaneAccess): Promise<void> {
  const { clock, chain } = lane.parts;
  const nowMs = clock.monotonicMs();
  const waiting = lane.entries.filter(({ mined }) => mined === null);
  const [first] = waiting;
  for (const entry of waiting) {
    const attempt = current(entry);
    if (attempt === undefined || entry.isSending || entry.isReplacing || entry.notBeforeMs > nowMs) continue;
    const isToCancel = entry.record.isCancelRequested && attempt.purpose === "send";
    // Those behind it wait for it, whatever they offer.
    const isStuck =
      entry === first && attempt.acceptedAt !== null && nowMs - entry.offeredMs >= chain.profile.stuckAfterMs;
    if (!isToCancel && !entry.wantsMore && !isStuck) continue;
    entry.isReplacing = true;
    try {
      await replace(lane, entry, attempt, isToCancel ? "cancel" : attempt.purpose);
    } finally {
      entry.isReplacing = false;
    }
  }
}

async function replace(lane: LaneAccess, entry: Entry, before: Attempt, purpose: Attempt["purpose"]): Promise<void> {
  const { parts } = lane;
  const { clock, meter, key: sent, logger, tenant } = parts;
  const sender = await lane.senderOf(entry);
  const owner = ownerOf(entry.record, tenant);
  if (sender === undefined || owner === undefined) return;
  const macKey = await parts.macs.lease(owner);
  try {
    if (purpose === "cancel" && !isCancelAuthorised(entry.record, macKey)) throw tampered(entry.record.id);
    const fee = purpose === "cancel" ? await feeOfCancel(lane, before.fee) : await feeOfMore(lane, entry, before);
    entry.wantsMore = false;
    if (fee === "enough") {
      // It offers what the chain asks for: the price is not what it waits for. It is sent again, and the next time offered more for.
      entry.stuckTimes += 1;
      entry.offeredMs = clock.monotonicMs();
      entry.dueMs = entry.offeredMs;
      lane.send();
      return;
    }
    const attempt = await signAgain(lane, entry, sender, before, purpose, fee, macKey);
    await lane.change(() =>
      lane.entries.includes(entry) && entry.mined === null ? { attempts: [attempt] } : undefined,
    );
    entry.stuckTimes = 0;
    meter.record(metrics.transactionsReplaced, 1, { chain: sent.chain, operation: purpose });
    lane.send();
  } catch (error) {
    if (error instanceof LeaseLost || error instanceof Outdated || !isLatchkeyError(error)) throw error;
    // The bytes that are out there stay as they are.
    entry.offeredMs = clock.monotonicMs();
    entry.notBeforeMs = entry.offeredMs + parts.chain.profile.pollMs * 4;
    const troubles = lane.note(entry, error);
    if (troubles.length === 0) return;
    await lane.change(() => ({ troubles }));
    logger.warn({ chain: sent.chain, sender: sent.address, code: error.code }, "a stuck transaction was not replaced");
  } finally {
    macKey.release();
  }
}

async function signAgain(
  lane: LaneAccess,
  entry: Entry,
  sender: Sender,
  before: Attempt,
  purpose: Attempt["purpose"],
  fee: FeeOffer | undefined,
  macKey: RowMacKey,
): Promise<Attempt> {
  const { parts } = lane;
  const { chain, key } = parts;
  const { nonce, gasLimit } = before;
  const { intent, options } = entry.record.payload;
  const prepared =
    purpose === "cancel"
      ? await chain.prepare({ cancel: { nonce } }, key.address, {
          nonce,
          feePayer: null,
          ...(fee === undefined ? {} : { fee }),
        })
      : await chain.prepare(intent, key.address, {
          ...prepareOptions(parts, options),
          nonce,
          gasLimit,
          ...(fee === undefined ? {} : { fee }),
        });
  const does = purpose === "cancel" ? cancelIntent(key.address) : intent;
  const { reservations, reservationsText, mac } = await authorise(lane, entry, sender, prepared, does, macKey);
  // Nothing else: the rest may have changed meanwhile.
  entry.record = { ...entry.record, reservations, reservationsText, mac };
  const signed = await signOne(parts, { record: entry.record, sender }, prepared, does);
  const number = (entry.attempts.at(-1)?.number ?? 0) + 1;
  return attemptOf(parts, { record: entry.record }, prepared, signed, macKey, number, purpose);
}

/** @throws `ERR_CHAIN_FEE_TOO_HIGH` a ceiling allows no offer that takes the place of the one before. */
async function feeOfMore(lane: LaneAccess, entry: Entry, before: Attempt): Promise<FeeOffer | "enough"> {
  const { chain, view } = lane.parts;
  const { options } = entry.record.payload;
  const now = await view.fee(prepareOptions(lane.parts, options));
  const isEnough = now.perGas <= before.fee.perGas && now.tip <= before.fee.tip;
  if (isEnough && !entry.wantsMore && entry.stuckTimes === 0) return "enough";
  const fee = underCeiling(chain.replacementFee(before.fee, now), options.feeCeiling);
  if (fee.perGas > before.fee.perGas) return fee;
  throw new LatchkeyError(
    "ERR_CHAIN_FEE_TOO_HIGH",
    `What is offered has reached the ceiling of ${String(options.feeCeiling)} base units a unit of gas. The transaction stays as it is; cancel it, or wait.`,
    { context: { offered: before.fee.perGas, ceiling: options.feeCeiling } },
  );
}

/** What a transaction that does nothing offers in the place of another. Undefined: what the chain asks for now. */
export async function feeOfCancel(lane: LaneAccess, before: FeeOffer | undefined): Promise<FeeOffer | undefined> {
  const { chain, view } = lane.parts;
  // Kaia's Cancel takes the place of whatever is there, and pays all that it offers.
  if (chain.profile.replacement.kind === "unit") return undefined;
  const now = await view.fee({});
  return before === undefined ? now : chain.replacementFee(before, now);
}

/**
 * The policy's word for one more signature of the same transaction: value counts once, the fee at its highest.
 *
 * @throws LeaseLost, Outdated; `ERR_POLICY_*`.
 */
async function authorise(
  lane: LaneAccess,
  entry: Entry,
  sender: Sender,
  prepared: PreparedTransaction,
  does: EncodedIntent,
  macKey: RowMacKey,
): Promise<TransactionRecord> {
  const { policy, database, tenant, store } = lane.parts;
  const { id } = entry.record;
  const lease = await policy.lease();
  try {
    return await database.transaction(async (untyped) => {
      const tx = withTables(untyped);
      await store.requireLease(tx);
      const state = (await store.statesOf(tx, [id])).get(id);
      if (state !== "signed" && state !== "broadcast") throw new Outdated();
      const book = await lease.open(untyped, [sender.subject, ...payersOf(entry.record)]);
      const record = await recheck(lane.parts, book, { record: entry.record, sender }, prepared, does);
      await book.write();
      if (record === entry.record) return record;
      const mac = macKey.macOf(macTable, macFields({ ...record, tenant }));
      await tx
        .updateTable("latchkey_transactions")
        .set({ reservations: record.reservationsText, mac })
        .where("id", "=", id)
        .execute();
      return { ...record, mac };
    });
  } finally {
    lease.release();
  }
}
