import type { Simulation } from "../simulation/open-simulation.ts";
import type { Proxy } from "./audit-scene.ts";

/** EIP-1967: keccak256 of a name, less one. */
const slots = {
  implementation: "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
  beacon: "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
  admin: "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103",
  /** Of OpenZeppelin's first proxies: keccak256("org.zeppelinos.proxy.implementation"). */
  old: "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3",
} as const;

/** Spec: EIP-1167, and its shorter form by a push of fewer bytes. */
const minimal = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/i;

/** Whether the code at the address is somewhere else, and where. @throws `ERR_RPC_*`. */
export async function findProxy(
  { transport, block }: Simulation,
  address: string,
  code: string,
): Promise<Proxy | undefined> {
  const [, target] = minimal.exec(code) ?? [];
  if (target !== undefined) return { kind: "EIP-1167 clone", implementation: `0x${target}`, admin: undefined };
  const addressIn = async (slot: string): Promise<string | undefined> => {
    const word = await transport.request({ method: "eth_getStorageAt", params: [address, slot, block.tag] });
    const last = typeof word === "string" ? /^0x0*([0-9a-f]{1,40})$/i.exec(word)?.[1]?.padStart(40, "0") : undefined;
    return last === undefined || /^0+$/.test(last) ? undefined : `0x${last}`;
  };
  const admin = await addressIn(slots.admin);
  const implementation = await addressIn(slots.implementation);
  if (implementation !== undefined) return { kind: "EIP-1967 proxy", implementation, admin };
  const beacon = await addressIn(slots.beacon);
  if (beacon !== undefined) {
    const data = "0x5c60da1b";
    const answer = await transport
      .request({ method: "eth_call", params: [{ to: beacon, data }, block.tag] })
      .catch(() => "0x");
    const behind = typeof answer === "string" && answer.length === 66 ? `0x${answer.slice(26)}` : undefined;
    return { kind: "EIP-1967 beacon proxy", implementation: behind, admin: beacon };
  }
  const old = await addressIn(slots.old);
  return old === undefined ? undefined : { kind: "proxy of OpenZeppelin's first kind", implementation: old, admin };
}
