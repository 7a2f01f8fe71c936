import type { Hex } from "../../units/brands.ts";
import { bytesToHex } from "../../units/bytes.ts";
import { keccak } from "../../units/keccak.ts";

/** The root over leaves that come one after the other: the same as `foldLevels` gives, with a node a level kept instead of all. */
export interface StreamedRoot {
  /** 32 bytes. */
  add(leaf: Uint8Array): void;
  /** Of at least one leaf. */
  root(): Hex;
}

export function createStreamedRoot(): StreamedRoot {
  // At each level the node that waits for its sibling.
  const waiting: (Uint8Array | undefined)[] = [];
  return {
    add: (leaf) => {
      let node = leaf;
      let level = 0;
      for (let left = waiting[level]; left !== undefined; left = waiting[level]) {
        node = parentOf(left, node);
        waiting[level] = undefined;
        level += 1;
      }
      waiting[level] = node;
    },
    root: () => {
      let last: Uint8Array | undefined;
      // What has no sibling goes up as it is, until it meets one.
      for (const left of waiting) {
        if (left === undefined) continue;
        last = last === undefined ? left : parentOf(left, last);
      }
      return bytesToHex(last ?? new Uint8Array());
    },
  };
}

function parentOf(left: Uint8Array, right: Uint8Array): Uint8Array {
  return keccak(Buffer.concat(Buffer.compare(left, right) > 0 ? [right, left] : [left, right]));
}
