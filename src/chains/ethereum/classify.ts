import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { BroadcastOutcome } from "../../ports/chain-adapter.ts";
import type { Hex } from "../../units/brands.ts";
import { answerIn, isInsufficient, isKnown, isRevert } from "./node-errors.ts";
import { badResponse, isHash } from "./quantity.ts";

type Refusal = Extract<BroadcastOutcome, { kind: "refused" }>["reason"];

/**
 * What nodes say for want of a common code; the first that fits decides. test/vectors/evm-node-errors.ts has the texts, and the files of
 * the nodes that they are from.
 */
const refusals: readonly (readonly [Refusal, RegExp])[] = [
  ["delegated-limit", /in-?flight transaction limit|delegation authority has pending|DelegatorHasPendingTx/i],
  [
    "nonce-gap",
    /nonce (?:is )?too (?:high|distant|far)|NonceTooFarInFuture|nonce ?gap|gapped-nonce|lower nonce exists|NotCurrentNonceForDelegation/i,
  ],
  ["nonce-too-low", /nonce (?:is )?too low|OldNonce/i],
  [
    "pool-full",
    /(?:tx|transaction |mem|sub-)pool (?:is full|overflow)|too many transactions in the queue|account limit exceeded|\bspammer$|tries to replace pending/i,
  ],
  [
    "underpriced",
    /underpriced|replace(?:d by|ment| existing)|(?:same|this) nonce (?:in|already)|(?:gas price|unit price|fee cap|priority fee|maxFeePerGas).*(?:too low|below|baseFee|minimum)|fee ?too ?low|less than block base fee|invalid (?:unit price|gas (?:fee|tip) cap)/i,
  ],
];

/** What a node's error says of bytes that were sent to it. In doubt it may have taken them. */
export function outcomeOf(error: unknown): BroadcastOutcome {
  const failure = error instanceof Error ? error : new Error("unknown", { cause: error });
  const answer = answerIn(error);
  // A node that mines at once answers with the revert of what it has mined, in the contract's own words.
  if (answer !== undefined && isRevert(answer)) return { kind: "unknown", error: failure };
  if (answer !== undefined) {
    const { text } = answer;
    if (isKnown(answer)) return { kind: "accepted" };
    if (isInsufficient(text)) return { kind: "refused", reason: "insufficient-funds", error: failure };
    const [reason] = refusals.find(([, pattern]) => pattern.test(text)) ?? [];
    if (reason !== undefined) return { kind: "refused", reason, error: failure };
  }
  if (isLatchkeyError(error, "ERR_RPC_RATE_LIMITED"))
    return { kind: "refused", reason: "rate-limited", error: failure };
  if (isLatchkeyError(error, "ERR_RPC_REJECTED")) return { kind: "refused", reason: "other", error: failure };
  return { kind: "unknown", error: failure };
}

/** What became of bytes that were sent, from how the request for it settled. */
export function broadcastOutcome(settled: PromiseSettledResult<unknown>, hash: Hex): BroadcastOutcome {
  if (settled.status === "rejected") return outcomeOf(settled.reason);
  const { value } = settled;
  if (isHash(value) && value.toLowerCase() === hash.toLowerCase()) return { kind: "accepted" };
  return { kind: "unknown", error: badResponse("transaction hash") };
}
