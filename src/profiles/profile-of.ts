import type { ChainProfile } from "../ports/chain-profile.ts";
import { anvil, bsc, ethereum, evm, kaia, kairos, polygon } from "./profiles.ts";

// https://chainlist.org; 11155111 is Sepolia, 560048 Hoodi, 17000 Holesky, 80002 Amoy, 97 Chapel. anvil and Hardhat call themselves 31337.
const profiles: ReadonlyMap<number, ChainProfile> = new Map([
  [1, ethereum],
  [11_155_111, ethereum],
  [560_048, ethereum],
  [17_000, ethereum],
  [8_217, kaia],
  [1_001, kairos],
  [137, polygon],
  [80_002, polygon],
  [56, bsc],
  [97, bsc],
  [31_337, anvil],
]);

/** What is known of a chain by its EIP-155 id; the careful profile `evm` for those that nothing is known of. */
export function profileOf(chainId: number): ChainProfile {
  return profiles.get(chainId) ?? evm;
}
