import { loadEthers } from "../../chains/ethereum/ethers.ts";

/** The selectors of functions, 0x and 8 lower-case digits each. @throws `ERR_PEER_MISSING` without ethers. */
export async function selectorsOf(signatures: readonly string[]): Promise<readonly string[]> {
  const ethers = await loadEthers();
  return signatures.map((signature) => ethers.id(signature).slice(0, 10));
}
