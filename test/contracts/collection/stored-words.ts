import { AbiCoder, id, keccak256, toBeHex } from "ethers";
import type { TestChain } from "../behaviour/chain.ts";

/**
 * The first slot of what a mapping keeps under a key, where the mapping stands at a place in a namespace.
 * Spec: https://eips.ethereum.org/EIPS/eip-7201
 */
export function slotOf(namespace: string, place: bigint, key: bigint): bigint {
  const coder = AbiCoder.defaultAbiCoder();
  const hash = BigInt(keccak256(coder.encode(["uint256"], [BigInt(id(namespace)) - 1n])));
  const start = hash - (hash & 0xffn);
  return BigInt(keccak256(coder.encode(["uint256", "uint256"], [key, start + place])));
}

/** So many words of a contract's storage from a slot on. */
export async function storedWords(chain: TestChain, address: string, slot: bigint, count = 1): Promise<bigint[]> {
  const words: bigint[] = [];
  for (let n = 0n; n < BigInt(count); n += 1n)
    words.push(BigInt(String(await chain.request("eth_getStorageAt", address, toBeHex(slot + n, 32), "latest"))));
  return words;
}
