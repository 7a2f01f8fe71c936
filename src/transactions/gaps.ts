import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { RowMacKey } from "../ports/row-macs.ts";
import { metrics } from "../telemetry/metrics.ts";
import { cancelIntent } from "./cancel-intent.ts";
import { toJson } from "./json.ts";
import type { LaneAccess } from "./lane-state.ts";
import { nonceOf } from "./entry.ts";
import { branchText } from "./lease-keys.ts";
import { macFields, macTable, type TransactionRecord } from "./record.ts";
import { feeOfCancel } from "./replacing.ts";
import type { Sender } from "./senders.ts";
import { attemptOf, signOne } from "./signing.ts";

/** A gap that is wider has another cause than a dropped transaction: it is reported, and people decide. */
const widest = 64;

/**
 * Fills nonces that nobody has sent a transaction for, and that those in flight wait behind: an operator's restored books, or somebody
 * else's transaction that the node dropped. Each gets a transaction that does nothing.
 *
 * @throws `ERR_TRANSACTION_NONCE_IMPLAUSIBLE` the gap is too wide.
 */
export async function fillGap(lane: LaneAccess, minedNonce: number): Promise<void> {
  const { clock, chain, key, meter, logger, store } = lane.parts;
  const [first] = lane.entries.filter(({ mined }) => mined === null);
  const lowest = first === undefined ? undefined : nonceOf(first);
  if (first === undefined || lowest === undefined || lowest <= minedNonce) {
    lane.gapSinceMs = undefined;
    return;
  }
  const nowMs = clock.monotonicMs();
  lane.gapSinceMs ??= nowMs;
  // Whoever else uses the key may be about to fill it.
  if (nowMs - lane.gapSinceMs < chain.profile.rebroadcastMs) return;
  lane.gapSinceMs = undefined;
  const { pendingNonce } = await chain.accountState(key.address);
  const from = Math.max(pendingNonce, minedNonce);
  if (from >= lowest) return;
  // Bytes with one of these nonces were sent: the node is behind, or will have them again. Others in their place could undo a payment.
  if ((await store.noncesUsed(from, lowest)).size > 0) return;
  if (lowest - from > widest) throw tooWide(from, lowest);
  const sender = await lane.senderOf(first);
  if (sender === undefined) return;
  logger.warn({ chain: key.chain, sender: key.address, from, to: lowest - 1 }, "filling a gap in a sender's nonces");
  const macKey = await lane.parts.macs.lease(sender.owner);
  try {
    for (let nonce = from; nonce < lowest; nonce += 1) {
      await fill(lane, first.record, sender, nonce, macKey);
      meter.record(metrics.nonceGapsFilled, 1, { chain: key.chain });
    }
  } finally {
    macKey.release();
  }
}

/** @throws `ERR_POLICY_FROZEN`: a frozen wallet signs nothing, not even nothing. */
async function fill(
  lane: LaneAccess,
  beside: TransactionRecord,
  sender: Sender,
  nonce: number,
  macKey: RowMacKey,
): Promise<void> {
  const { chain, key, policy } = lane.parts;
  const record = fillerRecord(lane, beside, macKey);
  const fee = await feeOfCancel(lane, undefined);
  const prepared = await chain.prepare({ cancel: { nonce } }, key.address, {
    nonce,
    feePayer: null,
    ...(fee === undefined ? {} : { fee }),
  });
  const { chainId } = key;
  await policy.authorize(sender.subject, { kind: "transaction", chainId, intent: record.payload.intent });
  const signed = await signOne(lane.parts, { record, sender }, prepared);
  await lane.add(record, attemptOf(lane.parts, { record }, prepared, signed, macKey, 1, "cancel"));
}

function fillerRecord(
  { parts }: LaneAccess,
  { subject, sender }: TransactionRecord,
  macKey: RowMacKey,
): TransactionRecord {
  const { tenant, clock, newId } = parts;
  const payload = {
    intent: cancelIntent(sender.address),
    options: {
      speed: "standard",
      feeCeiling: null,
      gasLimit: null,
      feePayer: "none",
      feeRatio: null,
      format: null,
    },
  } as const;
  const nowMs = clock.now();
  const record = {
    id: newId(),
    sender,
    subject,
    payload,
    payloadText: toJson(payload),
    deadlineAt: null,
    idempotencyKey: null,
    reservations: [],
    reservationsText: "[]",
    createdAt: nowMs,
  };
  return {
    ...record,
    macBranch: branchText(macKey.branch),
    mac: macKey.macOf(macTable, macFields({ ...record, tenant })),
    state: "signed",
    isCancelRequested: false,
    isGivenUp: false,
    cancelMac: null,
    trouble: null,
    updatedAt: nowMs,
  };
}

function tooWide(from: number, to: number): LatchkeyError {
  return new LatchkeyError(
    "ERR_TRANSACTION_NONCE_IMPLAUSIBLE",
    `The sender's transactions wait behind ${String(to - from)} nonces that nobody has used. Nothing was signed to fill so many: check the node, and the database's restored state.`,
    { context: { from, to } },
  );
}
