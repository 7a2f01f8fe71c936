import { loadPeer } from "../../units/peer.ts";

export type Ethers = typeof import("ethers");

/** ethers, on first use. @throws `ERR_PEER_MISSING`. */
export function loadEthers(): Promise<Ethers> {
  return loadPeer("ethers", () => import("ethers"));
}
