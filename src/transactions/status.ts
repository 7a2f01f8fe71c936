import { errorCodes, type ErrorCode } from "../errors/codes.ts";
import { isLatchkeyError, LatchkeyError } from "../errors/latchkey-error.ts";
import type { TransactionReceipt } from "../ports/chain-adapter.ts";
import type { EncodedIntent } from "../ports/intent.ts";
import type { Hex } from "../units/brands.ts";
import { parse, scalarsIn, toJson } from "./json.ts";
import type { Attempt, Trouble } from "./record.ts";
import type { StoredTransaction } from "./rows.ts";
import type { TransactionState } from "./states.ts";

/** One signed form of a transaction, as it is shown: never its bytes. */
export interface AttemptStatus {
  readonly hash: Hex;
  readonly nonce: number;
  /** `cancel`: made to take the nonce, and do nothing. */
  readonly purpose: "send" | "cancel";
  /** In base units. */
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly gasLimit: bigint;
  readonly signedAt: Date;
  /** When a node first took it; null if none has said so. */
  readonly acceptedAt: Date | null;
}

/** A transaction at one moment. */
export interface TransactionStatus {
  readonly id: string;
  /** The chain's configured name. */
  readonly chain: string;
  /** The address that sends. */
  readonly from: string;
  readonly state: TransactionState;
  readonly intent: EncodedIntent;
  readonly idempotencyKey: string | null;
  /** Of the newest attempt at the intent, or the one in a block; null before anything was signed. */
  readonly nonce: number | null;
  readonly hash: Hex | null;
  readonly attempts: readonly AttemptStatus[];
  /** Set while it is in a block. */
  readonly receipt: TransactionReceipt | null;
  /** Why it failed; or what holds it up for now. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly isCancelRequested: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function statusOf({ record, attempts, mined }: StoredTransaction): TransactionStatus {
  const shown = mined === null ? newest(attempts) : attempts.find(({ number }) => number === mined.attempt);
  return {
    id: record.id,
    chain: record.sender.chain,
    from: record.sender.address,
    state: record.state,
    intent: record.payload.intent,
    idempotencyKey: record.idempotencyKey,
    nonce: shown?.nonce ?? null,
    hash: shown?.hash ?? null,
    attempts: attempts.map((attempt) => ({
      hash: attempt.hash,
      nonce: attempt.nonce,
      purpose: attempt.purpose,
      maxFeePerGas: attempt.fee.perGas,
      maxPriorityFeePerGas: attempt.fee.tip,
      gasLimit: attempt.gasLimit,
      signedAt: new Date(attempt.signedAt),
      acceptedAt: attempt.acceptedAt === null ? null : new Date(attempt.acceptedAt),
    })),
    receipt: mined?.receipt ?? null,
    error: record.trouble === null ? null : { code: record.trouble.code, message: record.trouble.message },
    isCancelRequested: record.isCancelRequested && !record.isGivenUp,
    createdAt: new Date(record.createdAt),
    updatedAt: new Date(record.updatedAt),
  };
}

/** As events and webhooks carry it: amounts as decimal text, times as ISO 8601. */
export function statusJson(stored: StoredTransaction): Readonly<Record<string, unknown>> {
  const json = parse(toJson(statusOf(stored)));
  return typeof json === "object" && json !== null ? { ...json } : {};
}

function newest(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.findLast(({ isDead, purpose }) => !isDead && purpose === "send") ?? attempts.at(-1);
}

/** What an error says, as it is stored: without its cause. */
export function troubleOf(error: unknown): Trouble {
  if (isLatchkeyError(error))
    return { code: error.code, message: error.message.slice(0, 1_000), context: scalarsIn(error.context) };
  // A foreign error's message may hold anything.
  const name = error instanceof Error ? error.name.slice(0, 40) : typeof error;
  return { code: "unknown", message: `${name} was thrown by a part that is not Latchkey's.`, context: {} };
}

/** The error that a stored one stands for. */
export function errorOf({ code, message, context }: Trouble): LatchkeyError {
  const known = isCode(code) ? code : "ERR_TRANSACTION_CANCELLED";
  return new LatchkeyError(known, message, { context });
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
