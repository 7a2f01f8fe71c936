import { AbiCoder, concat, keccak256, toUtf8Bytes } from "ethers";
import type { CommittedToken } from "../../src/contracts/leaf.ts";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";

/** A commitment written as the shape reads, with ethers and without a thought for speed. */
export interface Model {
  readonly root: string;
  readonly batchRoots: readonly string[];
}

const owners: Readonly<Record<string, string>> = {
  hole: `0x${"00".repeat(20)}`,
  door: `0x${keccak256(toUtf8Bytes("latchkey.KIP17Migrated.door")).slice(-40)}`,
};

export function modelLeaf(oldChainId: number, oldContract: string, { id, owner, uri }: CommittedToken): string {
  const types = ["uint256", "address", "uint256", "address", "bytes32"];
  const values = [oldChainId, oldContract, id, owners[owner] ?? owner, keccak256(toUtf8Bytes(uri))];
  return keccak256(keccak256(AbiCoder.defaultAbiCoder().encode(types, values)));
}

export function modelOf(
  oldChainId: number,
  oldContract: string,
  tokens: readonly CommittedToken[],
  batchSize: number,
): Model {
  const leaves = tokens.map((token) => modelLeaf(oldChainId, oldContract, token));
  const batchRoots = chunks(leaves, batchSize).map(rootOf);
  return { root: rootOf(batchRoots), batchRoots };
}

export function rootOf(nodes: readonly string[]): string {
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error("No nodes.");
  return others.length === 0 ? first : rootOf(chunks(nodes, 2).map(parentOf));
}

/** As OpenZeppelin's `MerkleProof.processProof`. */
export function processProof(proof: readonly string[], leaf: string): string {
  return proof.reduce((node, sibling) => parentOf([node, sibling]), leaf);
}

function parentOf(nodes: readonly string[]): string {
  return nodes.length === 1 ? concat(nodes) : keccak256(concat([...nodes].sort()));
}

function chunks(nodes: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(nodes.length / size) }, (_, at) => nodes.slice(at * size, (at + 1) * size));
}

/** The code of the Latchkey error that the work ends with. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isLatchkeyError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
}
