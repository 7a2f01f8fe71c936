import type { FeeOffer, Speed } from "../ports/chain-adapter.ts";
import type { EncodedIntent } from "../ports/intent.ts";
import type { RowFields } from "../ports/row-macs.ts";
import type { Hex } from "../units/brands.ts";
import type { Reservation } from "./policy/policy.ts";
import type { TransactionState } from "./states.ts";

/** How a transaction is sent, as it is stored. */
export interface StoredOptions {
  readonly speed: Speed;
  /** The most that a unit of gas may be offered, in base units; null: as the chain is configured. */
  readonly feeCeiling: bigint | null;
  readonly gasLimit: bigint | null;
  /** `chain`: as the chain is configured; `none`: the sender pays; `service:<name>`. */
  readonly feePayer: string;
  readonly feeRatio: number | null;
  readonly format: "ethereum" | "kaia" | null;
}

/** What is to be done, and how: the part of a row that never changes. */
export interface Payload {
  readonly intent: EncodedIntent;
  readonly options: StoredOptions;
}

/** One sender on one chain. */
export interface SenderKey {
  readonly chain: string;
  readonly chainId: number;
  readonly address: string;
}

export interface TransactionRecord {
  readonly id: string;
  readonly sender: SenderKey;
  readonly subject: string;
  readonly payload: Payload;
  /** As it is stored: what the MAC is over. */
  readonly payloadText: string;
  readonly deadlineAt: number | null;
  readonly idempotencyKey: string | null;
  readonly reservations: readonly Reservation[];
  readonly reservationsText: string;
  readonly macBranch: string;
  readonly mac: string;
  readonly state: TransactionState;
  readonly isCancelRequested: boolean;
  /** That was because nodes refuse it for good; `trouble` says why. */
  readonly isGivenUp: boolean;
  readonly cancelMac: string | null;
  readonly trouble: Trouble | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An error as it is stored. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
}

/** One signed form of a transaction. */
export interface Attempt {
  readonly transactionId: string;
  readonly number: number;
  readonly nonce: number;
  readonly purpose: "send" | "cancel";
  readonly raw: Hex;
  readonly hash: Hex;
  readonly fee: FeeOffer;
  readonly gasLimit: bigint;
  /** What the sender can lose to fees. */
  readonly maxFee: bigint;
  readonly feePayer: { readonly address: string; readonly maxFee: bigint } | null;
  readonly signedAt: number;
  readonly sinceBlock: bigint;
  readonly acceptedAt: number | null;
  readonly isDead: boolean;
  readonly mac: string;
}

/** What the MAC of a transaction is over: everything that decides what gets signed, and for whom. */
export function macFields(
  row: Pick<
    TransactionRecord,
    "id" | "sender" | "subject" | "payloadText" | "deadlineAt" | "idempotencyKey" | "reservationsText" | "createdAt"
  > & { readonly tenant: string },
): RowFields {
  return {
    id: row.id,
    tenant: row.tenant,
    chain: row.sender.chain,
    chainId: row.sender.chainId,
    sender: row.sender.address,
    subject: row.subject,
    payload: row.payloadText,
    deadlineAt: row.deadlineAt,
    idempotencyKey: row.idempotencyKey,
    reservations: row.reservationsText,
    createdAt: row.createdAt,
  };
}

export const macTable = "latchkey_transactions";

/** What the MAC of an attempt is over: which bytes were signed, under which nonce, and what the next offer starts from. */
export function attemptMacFields(attempt: Omit<Attempt, "mac" | "acceptedAt" | "signedAt" | "sinceBlock">): RowFields {
  const { transactionId, number, nonce, purpose, raw, hash, fee, gasLimit, maxFee, feePayer, isDead } = attempt;
  return {
    transactionId,
    number,
    nonce,
    purpose,
    raw,
    hash,
    perGas: fee.perGas,
    tip: fee.tip,
    gasLimit,
    maxFee,
    feePayer: feePayer?.address ?? null,
    payerMaxFee: feePayer?.maxFee ?? null,
    isDead: isDead ? 1 : 0,
  };
}

export const attemptMacTable = "latchkey_attempts";

/** What the MAC of a wish to cancel is over. */
export function cancelMacFields(id: string): RowFields {
  return { id };
}

export const cancelMacTable = "latchkey_transactions.cancel";
