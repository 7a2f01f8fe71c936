import type { Hex } from "../units/brands.ts";
import { keccak } from "../units/keccak.ts";
import { hexOfWord, wordLength } from "./words.ts";

/** The levels of a tree from its leaves to its root; each is its nodes' 32 bytes one after the other. */
export type Levels = readonly Buffer[];

/**
 * Folds leaves up to a root: a node is the hash of its two children, the lower one first, and a last node without a
 * sibling goes up as it is. OpenZeppelin's MerkleProof verifies proofs of such a tree.
 *
 * @param leaves - at least one, 32 bytes each.
 */
export function foldLevels(leaves: Buffer): Levels {
  const levels = [leaves];
  let level = leaves;
  while (level.length > wordLength) {
    level = foldOnce(level);
    levels.push(level);
  }
  return levels;
}

export function rootOf(levels: Levels): Buffer {
  return levels.at(-1) ?? Buffer.alloc(0);
}

/** The siblings on the way from a leaf to the root. */
export function proofFrom(levels: Levels, leaf: number): Hex[] {
  const proof: Hex[] = [];
  let index = leaf;
  for (const level of levels) {
    const sibling = index ^ 1;
    if (sibling < level.length / wordLength) proof.push(hexOfWord(level, sibling));
    index >>= 1;
  }
  return proof;
}

function foldOnce(level: Buffer): Buffer {
  const count = level.length / wordLength;
  const above = Buffer.alloc(Math.ceil(count / 2) * wordLength);
  const pair = Buffer.alloc(2 * wordLength);
  for (let index = 0; index < count; index += 2) {
    const left = level.subarray(index * wordLength, (index + 1) * wordLength);
    const right = level.subarray((index + 1) * wordLength, (index + 2) * wordLength);
    const [lower, higher] = right.length > 0 && left.compare(right) > 0 ? [right, left] : [left, right];
    lower.copy(pair, 0);
    higher.copy(pair, wordLength);
    above.set(right.length > 0 ? keccak(pair) : left, (index / 2) * wordLength);
  }
  return above;
}
