import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";

/** What a new collection promises about one id: its owner, or that there is none, or that it waits at the door. */
export interface Leaf {
  readonly id: bigint;
  readonly owner: string;
  readonly uri: string;
}

export interface Tree {
  readonly root: string;
  /** The proof of so many leaves from a place on: a leaf, or all leaves under one node. */
  proof(start: number, count: number): readonly string[];
}

const coder = AbiCoder.defaultAbiCoder();

/** Written from the text of the design, apart from the sources, so that both must agree. */
export function leafHash(chainId: bigint, old: string, { id, owner, uri }: Leaf): string {
  const types = ["uint256", "address", "uint256", "address", "bytes32"];
  return keccak256(keccak256(coder.encode(types, [chainId, old, id, owner, keccak256(toUtf8Bytes(uri))])));
}

function parent(a: string, b: string): string {
  const [low, high] = a < b ? [a, b] : [b, a];
  return keccak256(low + high.slice(2));
}

/** Pairs from the left; what is left over goes up as it is. */
export function treeOf(hashes: readonly string[]): Tree {
  const layers = [hashes];
  for (let layer = hashes; layer.length > 1;) {
    const below = layer;
    layer = Array.from({ length: Math.ceil(below.length / 2) }, (_, n) => {
      const [left = "", right] = below.slice(2 * n, 2 * n + 2);
      return right === undefined ? left : parent(left, right);
    });
    layers.push(layer);
  }
  return {
    root: layers.at(-1)?.[0] ?? "",
    proof: (start, count) => {
      const level = Math.ceil(Math.log2(count));
      if (start % 2 ** level !== 0) throw new RangeError("These leaves are not all leaves under one node.");
      let place = start / 2 ** level;
      const siblings: string[] = [];
      for (const layer of layers.slice(level)) {
        const sibling = layer[place ^ 1];
        if (sibling !== undefined) siblings.push(sibling);
        place >>= 1;
      }
      return siblings;
    },
  };
}

/** 20 bytes of owner, 12 bytes of id. */
export function pack({ owner, id }: { readonly owner: string; readonly id: bigint }): string {
  return `${owner.toLowerCase()}${id.toString(16).padStart(24, "0")}`;
}
