import type { CommittedToken } from "../../contracts/leaf.ts";
import type { OrderedTokens } from "../order.ts";
import type { BatchLimits, PlannedBatch } from "../types.ts";
import { impossible } from "./refusals.ts";
import { type BatchKind, type BatchWeight, createBatchWeigher, type WeighingRules } from "./weigh.ts";

/**
 * Cuts tokens into batches that are as full as the limits allow, in the order given: packed ones first. Pure.
 *
 * @throws `ERR_MIGRATION_PLAN_IMPOSSIBLE` a token that fits no transaction by itself.
 */
export function cutBatches(
  { packed, withUri }: OrderedTokens,
  limits: BatchLimits,
  rules: WeighingRules,
): readonly PlannedBatch[] {
  const first = cut("packed", packed, limits, rules);
  const second = cut("withUri", withUri, limits, rules);
  let position = 0;
  return [...first, ...second].map(({ kind, count, weight }, index) => {
    const batch: PlannedBatch = {
      index,
      kind,
      first: position,
      count,
      gas: String(weight.gas),
      computation: limits.computation === undefined ? null : String(weight.computation),
      bytes: weight.bytes,
    };
    position += count;
    return batch;
  });
}

interface Cut {
  readonly kind: BatchKind;
  readonly count: number;
  readonly weight: BatchWeight;
}

function cut(
  kind: BatchKind,
  tokens: readonly CommittedToken[],
  limits: BatchLimits,
  rules: WeighingRules,
): readonly Cut[] {
  const batches: Cut[] = [];
  let weigher = createBatchWeigher(kind, rules);
  let open: Cut | undefined;
  for (const token of tokens) {
    if (open !== undefined && !fits(weigher.with(token), limits)) {
      batches.push(open);
      open = undefined;
      weigher = createBatchWeigher(kind, rules);
    }
    const weight = weigher.add(token);
    if (!fits(weight, limits)) throw tooHeavy(token, weight, limits);
    open = { kind, count: (open?.count ?? 0) + 1, weight };
  }
  if (open !== undefined) batches.push(open);
  return batches;
}

function fits({ gas, computation, bytes }: BatchWeight, limits: BatchLimits): boolean {
  return (
    gas <= limits.gas &&
    (limits.computation === undefined || computation <= limits.computation) &&
    bytes <= limits.bytes
  );
}

function tooHeavy({ id }: CommittedToken, { gas, computation, bytes }: BatchWeight, limits: BatchLimits): Error {
  return impossible(
    `Token ${String(id)} alone is more than a transaction of this chain may be: ${String(gas)} gas, ${String(bytes)} bytes` +
      `${limits.computation === undefined ? "" : `, computation cost ${String(computation)}`}. Check the limits, and its URI.`,
    { id, gas, bytes },
  );
}
