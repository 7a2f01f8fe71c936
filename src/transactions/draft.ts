import type { RowMacKey } from "../ports/row-macs.ts";
import { branchText } from "./lease-keys.ts";
import { macFields, macTable, type Payload, type TransactionRecord } from "./record.ts";
import { troubleColumns } from "./rows.ts";
import type { TransactionRow } from "./schema.ts";
import { keyText, type Sender, subjectText } from "./senders.ts";

/** What is to be stored. */
export interface Draft {
  readonly id: string;
  readonly sender: Sender;
  readonly payload: Payload;
  readonly deadlineAt: number | null;
  readonly idempotencyKey: string | null;
  readonly createdAt: number;
}

/** A queued row, with its MAC. */
export function rowOfDraft(
  tenant: string,
  { id, sender, deadlineAt, idempotencyKey, createdAt }: Draft,
  payloadText: string,
  reservationsText: string,
  macKey: RowMacKey,
): TransactionRow {
  const subject = subjectText(sender.subject);
  const { key } = sender;
  const fields = {
    id,
    tenant,
    sender: key,
    subject,
    payloadText,
    deadlineAt,
    idempotencyKey,
    reservationsText,
    createdAt,
  };
  return {
    id,
    tenant,
    chain: key.chain,
    chain_id: key.chainId,
    sender: key.address,
    subject,
    state: "queued",
    payload: payloadText,
    deadline_at: deadlineAt,
    idempotency_key: idempotencyKey,
    reservations: reservationsText,
    mac_branch: branchText(macKey.branch),
    mac: macKey.macOf(macTable, macFields(fields)),
    cancel_requested: 0,
    cancel_mac: null,
    ...troubleColumns(null),
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** A repeated send may have another deadline: what is to be done is the same. */
export function isSame(existing: TransactionRecord, { sender }: Draft, payloadText: string): boolean {
  return (
    existing.payloadText === payloadText &&
    existing.subject === subjectText(sender.subject) &&
    existing.sender.chain === sender.key.chain &&
    keyText(existing.sender) === keyText(sender.key)
  );
}
