import { loadPeer } from "../../units/peer.ts";

export type Ethers = typeof import("ethers");

let loaded: Ethers | undefined;

/** ethers, on first use. @throws `ERR_PEER_MISSING`. */
export async function loadEthers(): Promise<Ethers> {
  // An import costs a lookup each time.
  loaded ??= await loadPeer("ethers", () => import("ethers"));
  return loaded;
}
