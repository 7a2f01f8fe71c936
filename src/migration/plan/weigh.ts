import type { CommittedToken } from "../../contracts/leaf.ts";
import type { UriPattern } from "../order.ts";
import * as weights from "./weights.ts";
import type { DenseWindow } from "./window.ts";

export type BatchKind = "packed" | "withUri";

/** What a batch's transaction takes at most. */
export interface BatchWeight {
  readonly gas: number;
  readonly computation: number;
  readonly bytes: number;
}

export interface WeighingRules {
  readonly pattern: UriPattern | null;
  readonly window: DenseWindow;
  /** Gas of the old contract's `ownerOf`, where each owner is compared with it; else undefined. */
  readonly ownerOfGas: number | undefined;
}

/** Weighs one batch, token by token, in the order of its tokens. */
export interface BatchWeigher {
  /** What the batch would weigh with this token as well. */
  with(token: CommittedToken): BatchWeight;
  /** Takes it in. */
  add(token: CommittedToken): BatchWeight;
}

const idsInWord = 256n;
const longestProof = 20;

/** The order matters: owners, words of ids and the like cost more where they are met for the first time. */
export function createBatchWeigher(kind: BatchKind, rules: WeighingRules): BatchWeigher {
  const seen = { owners: new Set<string>(), words: new Set<bigint>(), summaries: new Set<bigint>() };
  const reserved = new Set<bigint>();
  let lastWord: bigint | undefined;
  let total: BatchWeight = {
    gas: weights.ofTransaction.gas + longestProof * weights.ofProofNode.gas,
    computation: weights.ofTransaction.computation + longestProof * weights.ofProofNode.computation,
    bytes: weights.ofBytes.transaction,
  };

  function partsOf({ id, owner, uri }: CommittedToken): readonly weights.Weight[] {
    const isReserved = owner === "hole" || owner === "door";
    const parts = [...uriParts(kind, rules, { id, owner, uri })];
    if (isReserved) {
      parts.push(kind === "packed" ? weights.ofPackedReserved : weights.ofWithUriReserved);
      if (owner === "door") parts.push(weights.ofDoor);
      if (!reserved.has(id / idsInWord)) parts.push(weights.ofReservedWord);
      return parts;
    }
    parts.push(kind === "packed" ? weights.ofPacked : weights.ofWithUri);
    if (!seen.owners.has(owner)) parts.push(weights.ofNewOwner);
    if (rules.ownerOfGas !== undefined) {
      const gas = rules.ownerOfGas + weights.ofComparison.gas;
      // A token that has changed hands meanwhile is left at the door: that costs less than to mint it.
      parts.push({ gas, computation: gas * weights.ofComparison.computationPerGas });
    }
    const position = id - rules.window.start;
    if (position < 0n || position >= rules.window.size) return [...parts, weights.ofOutside];
    const word = position / idsInWord;
    if (!seen.words.has(word)) parts.push(weights.ofNewWord);
    else if (word !== lastWord) parts.push(weights.ofOtherWord);
    if (!seen.summaries.has(word / idsInWord)) parts.push(weights.ofNewSummary);
    return parts;
  }

  function weigh(token: CommittedToken): BatchWeight {
    const parts = partsOf(token);
    return {
      gas: parts.reduce((sum, { gas }) => sum + gas, total.gas),
      computation: parts.reduce((sum, { computation }) => sum + computation, total.computation),
      bytes: total.bytes + bytesOf(kind, token.uri),
    };
  }

  return {
    with: weigh,
    add: (token) => {
      total = weigh(token);
      const { id, owner } = token;
      if (owner === "hole" || owner === "door") {
        reserved.add(id / idsInWord);
        return total;
      }
      seen.owners.add(owner);
      const position = id - rules.window.start;
      if (position >= 0n && position < rules.window.size) {
        lastWord = position / idsInWord;
        seen.words.add(lastWord);
        seen.summaries.add(lastWord / idsInWord);
      }
      return total;
    },
  };
}

function uriParts(
  kind: BatchKind,
  { pattern }: WeighingRules,
  { id, owner, uri }: CommittedToken,
): readonly weights.Weight[] {
  // The contract makes the pattern's URI up for each token: to hash it, or to see whether a given one is another. Not for a hole.
  const isMadeUp = pattern !== null && pattern.base !== "" && owner !== "hole";
  const parts = isMadeUp ? patternParts(pattern, id) : [];
  if (kind === "packed" || uri === "") return parts;
  const words = Math.ceil((Buffer.byteLength(uri) + 2) / 32);
  if (owner === "door") return [...parts, times(weights.ofHashedUriWord, words)];
  return [...parts, weights.ofFirstUriWord, times(weights.ofUriWord, words - 1)];
}

function patternParts({ base, suffix }: UriPattern, id: bigint): weights.Weight[] {
  const words = Math.ceil(Buffer.byteLength(base) / 32) + Math.ceil(Buffer.byteLength(suffix) / 32);
  return [weights.ofPattern, times(weights.ofPatternDigit, String(id).length), times(weights.ofPatternWord, words)];
}

function times({ gas, computation }: weights.Weight, count: number): weights.Weight {
  return { gas: gas * count, computation: computation * count };
}

function bytesOf(kind: BatchKind, uri: string): number {
  if (kind === "packed") return weights.ofBytes.packed;
  return weights.ofBytes.withUri + 32 * Math.ceil(Buffer.byteLength(uri) / 32);
}
