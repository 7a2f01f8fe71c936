import { isDelegation } from "../ethereum/chain-state.ts";

const mostRemembered = 4_096;

/**
 * Remembers where contracts are, so that a destination is asked for once. A contract stays, since no code can be removed (EIP-6780);
 * where there is none yet one may come, and a delegated account (EIP-7702) may take its delegation back: those are asked for each time.
 *
 * @param codeOf - asks the node for the code at an address.
 */
export function contractMemory(codeOf: (address: string) => Promise<string>): (address: string) => Promise<boolean> {
  const contracts = new Set<string>();
  return async (address) => {
    if (contracts.has(address)) return true;
    const code = await codeOf(address);
    if (code === "0x") return false;
    if (!isDelegation(code)) remember(contracts, address);
    return true;
  };
}

function remember(contracts: Set<string>, address: string): void {
  const [oldest] = contracts;
  if (oldest !== undefined && contracts.size >= mostRemembered) contracts.delete(oldest);
  contracts.add(address);
}
