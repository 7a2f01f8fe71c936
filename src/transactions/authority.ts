import type { RowMacKey, RowMacs, RowOwner } from "../ports/row-macs.ts";
import { isOutage, ownerAt, parseBranch, withKeys } from "./lease-keys.ts";
import {
  type Attempt,
  attemptMacFields,
  attemptMacTable,
  cancelMacFields,
  cancelMacTable,
  macFields,
  macTable,
  type TransactionRecord,
} from "./record.ts";
import type { StoredTransaction } from "./rows.ts";

/** Whose key made a row's MAC, as the row says; undefined where it says nothing that can be. */
export function ownerOf(
  { subject, macBranch }: Pick<TransactionRecord, "subject" | "macBranch">,
  tenant: string,
): RowOwner | undefined {
  const branch = parseBranch(macBranch, tenant);
  if (branch === undefined) return undefined;
  return ownerAt(
    subject.startsWith("user:") ? { kind: "wallet", walletId: subject.slice(5), branch } : { kind: "tenant" },
    branch,
  );
}

/** Whether transaction and attempts are what was written when they were authorised and signed. */
export function isSound(stored: StoredTransaction, key: RowMacKey, tenant: string): boolean {
  const { record, attempts, isWhole = true } = stored;
  // What is signed has an attempt that can be mined; what is queued has none.
  const isSigned = record.state !== "queued";
  return (
    isWhole &&
    attempts.some(({ isDead }) => !isDead) === isSigned &&
    key.isMacOf(record.mac, macTable, macFields({ ...record, tenant })) &&
    attempts.every(
      (attempt) =>
        attempt.transactionId === record.id && key.isMacOf(attempt.mac, attemptMacTable, attemptMacFields(attempt)),
    )
  );
}

/**
 * Parts rows that were authorised from those that somebody else wrote.
 *
 * @throws errors of the wrapping key and the store: nothing is known then.
 */
export async function partSound(
  macs: RowMacs,
  tenant: string,
  stored: readonly StoredTransaction[],
): Promise<{ readonly sound: readonly StoredTransaction[]; readonly tampered: readonly StoredTransaction[] }> {
  const owners = new Map<string, RowOwner>();
  for (const { record } of stored) {
    const owner = ownerOf(record, tenant);
    if (owner !== undefined) owners.set(nameOf(record), owner);
  }
  return await withKeys(macs, owners, (keys, failures) => {
    const sound: StoredTransaction[] = [];
    const tampered: StoredTransaction[] = [];
    for (const each of stored) {
      const name = nameOf(each.record);
      const key = keys.get(name);
      const failure = failures.get(name);
      if (key === undefined && failure instanceof Error && isOutage(failure)) throw failure;
      if (key !== undefined && isSound(each, key, tenant)) sound.push(each);
      else tampered.push(each);
    }
    return Promise.resolve({ sound, tampered });
  });
}

/** Attempts as they are once another transaction has taken their nonce for good. */
export async function deadened(
  macs: RowMacs,
  tenant: string,
  record: TransactionRecord,
  attempts: readonly Attempt[],
): Promise<readonly Attempt[]> {
  const owner = ownerOf(record, tenant);
  if (owner === undefined) return [];
  const key = await macs.lease(owner);
  try {
    return attempts.map((attempt) => {
      const dead = { ...attempt, isDead: true };
      return { ...dead, mac: key.macOf(attemptMacTable, attemptMacFields(dead)) };
    });
  } finally {
    key.release();
  }
}

/** The MAC of a wish to cancel. */
export async function cancelMacFor(macs: RowMacs, tenant: string, record: TransactionRecord): Promise<string | null> {
  const owner = ownerOf(record, tenant);
  if (owner === undefined) return null;
  const key = await macs.lease(owner);
  try {
    return key.macOf(cancelMacTable, cancelMacFields(record.id));
  } finally {
    key.release();
  }
}

export function isCancelAuthorised({ id, cancelMac }: TransactionRecord, key: RowMacKey): boolean {
  return key.isMacOf(cancelMac, cancelMacTable, cancelMacFields(id));
}

function nameOf({ subject, macBranch }: TransactionRecord): string {
  return `${subject} ${macBranch}`;
}
