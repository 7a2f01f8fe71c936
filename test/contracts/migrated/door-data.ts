import { AbiCoder } from "ethers";
import type { Leaf } from "./commitment.ts";

/** What an old token is sent in with: what its leaf says beside its id, and the proof. */
export function doorData({ owner, uri }: Pick<Leaf, "owner" | "uri">, proof: readonly string[]): string {
  return AbiCoder.defaultAbiCoder().encode(["address", "string", "bytes32[]"], [owner, uri, proof]);
}
