import { LatchkeyError } from "../errors/latchkey-error.ts";
import type { Speed } from "../ports/chain-adapter.ts";
import type { StoredOptions } from "./record.ts";

/** How an intent is sent. */
export interface SendOptions {
  /**
   * The same key gives the same transaction, however often it is sent, by whatever process: 1 to 256 bytes of text, one for each thing
   * that is to be done once, not beginning with `latchkey:`. With another payload it is refused.
   */
  readonly idempotencyKey?: string;
  /** How much is offered to be mined soon. Default `standard`. */
  readonly speed?: Speed;
  /**
   * The most that a unit of gas may be offered for it, in base units, replacements included. What takes its nonce after `cancel()` is not
   * bound by it.
   */
  readonly feeCeiling?: bigint;
  /** Milliseconds since the Unix epoch: after this it is no longer begun. What was signed before goes on. */
  readonly deadlineMs?: number;
  /** Given: no simulation, and what it would refuse shows on chain. */
  readonly gasLimit?: bigint;
  /** Kaia: the service account that pays the fee; `null`: the sender, although the chain has a fee payer configured. */
  readonly feePayer?: string | null;
  /** Kaia: percent of the fee that the fee payer pays, 1 to 99. Left out: all of it. */
  readonly feeRatio?: number;
  /** Kaia: a transaction of Kaia's own types although the sender pays. */
  readonly format?: "ethereum" | "kaia";
}

export interface ParsedOptions {
  readonly stored: StoredOptions;
  readonly idempotencyKey: string | null;
  readonly deadlineAt: number | null;
}

const known: readonly string[] = [
  "idempotencyKey",
  "speed",
  "feeCeiling",
  "deadlineMs",
  "gasLimit",
  "feePayer",
  "feeRatio",
  "format",
];

/**
 * @param isOwn - a send of Latchkey's own, whose keys begin with `latchkey:`.
 * @throws `ERR_TRANSACTION_OPTIONS_INVALID`.
 */
export function parseSendOptions(given: unknown, nowMs: number, isOwn = false): ParsedOptions {
  if (!isSendOptions(given)) throw invalid("the options are no object");
  const odd = Object.keys(given).find((name) => !known.includes(name));
  if (odd !== undefined) throw invalid(`there is no option "${odd.slice(0, 40)}"; there are ${known.join(", ")}`);
  const { idempotencyKey, speed = "standard", feeCeiling, deadlineMs, gasLimit, feePayer, feeRatio, format } = given;
  if (idempotencyKey !== undefined && !isKey(idempotencyKey))
    throw invalid("idempotencyKey is well-formed text of 1 to 256 bytes");
  if (!isOwn && idempotencyKey?.startsWith("latchkey:") === true)
    throw invalid('an idempotencyKey that begins with "latchkey:" is Latchkey\'s own');
  if (!["slow", "standard", "fast"].includes(speed)) throw invalid("speed is slow, standard or fast");
  if (feeCeiling !== undefined && !isAmount(feeCeiling)) throw invalid("feeCeiling is a bigint above 0");
  if (gasLimit !== undefined && (!isAmount(gasLimit) || gasLimit < 21_000n || gasLimit > 2n ** 53n))
    throw invalid("gasLimit is a bigint from 21,000");
  if (deadlineMs !== undefined) {
    if (!Number.isSafeInteger(deadlineMs)) throw invalid("deadlineMs is a whole number of milliseconds since 1970");
    if (deadlineMs <= nowMs) throw invalid("deadlineMs is in the past");
  }
  if (feePayer !== undefined && feePayer !== null && !isName(feePayer))
    throw invalid("feePayer is the name of a service account, or null");
  if (feeRatio !== undefined && (!Number.isInteger(feeRatio) || feeRatio < 1 || feeRatio > 99))
    throw invalid("feeRatio is a whole number from 1 to 99; leave it out for 100");
  if (format !== undefined && !["ethereum", "kaia"].includes(format)) throw invalid("format is ethereum or kaia");
  return {
    stored: {
      speed,
      feeCeiling: feeCeiling ?? null,
      gasLimit: gasLimit ?? null,
      feePayer: feePayer === undefined ? "chain" : feePayer === null ? "none" : `service:${feePayer}`,
      feeRatio: feeRatio ?? null,
      format: format ?? null,
    },
    idempotencyKey: idempotencyKey ?? null,
    deadlineAt: deadlineMs ?? null,
  };
}

function isSendOptions(value: unknown): value is SendOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKey(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value !== "" &&
    value.length <= 256 &&
    Buffer.byteLength(value) <= 256 &&
    value.isWellFormed() &&
    !value.includes("\0")
  );
}

function isAmount(value: unknown): boolean {
  return typeof value === "bigint" && value > 0n && value < 2n ** 256n;
}

/** Names of service accounts. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z0-9-]{0,63}$/.test(value);
}

function invalid(what: string): LatchkeyError {
  return new LatchkeyError("ERR_TRANSACTION_OPTIONS_INVALID", `send: ${what}. Nothing was stored or sent.`);
}
