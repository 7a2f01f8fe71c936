import { AbiCoder, keccak256 } from "ethers";
import type { Anvil } from "../../harness/anvil.ts";

// Where the contracts keep what they keep: the namespaces and layouts that their sources state.
const tokens = 0xf15edcf5fee5fe740900f255fd9e2ec2bc7e09f55532653901c86dc68f113700n;
const enumerable = 0xddae1d401f0fc6fd222f24a70ee04f4b3cce9bc4c7942540580488291a172300n;
const uris = 0x69d615d0a6e9bcf0cdb6e9c5f9e0e1265a23c90af50290a64bebb02688205700n;
const shared = 0x7716b95703451c26f5b17c8126d94d37d179a86ea9537d77d7b7dd4fce659100n;

const slotOf = (key: bigint, base: bigint): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [key, base]));

export const slots = {
  owner: (id: bigint) => slotOf(id, tokens),
  balance: (owner: string) => slotOf(BigInt(owner), tokens + 1n),
  /** The bits of 256 ids of the window. */
  window: (word: bigint) => slotOf(word, enumerable),
  /** The first word of a URI of its own. */
  uri: (id: bigint) => slotOf(id, uris),
  /** Its highest 64 bits are the supply. */
  shared: `0x${shared.toString(16)}`,
} as const;

/** Changes a word of a contract behind its back, which no transaction could do. */
export async function alter(
  anvil: Anvil,
  address: string,
  slot: string,
  change: (word: bigint) => bigint,
): Promise<void> {
  const before = BigInt(String(await anvil.request("eth_getStorageAt", address, slot, "latest")));
  const after = change(before);
  if (after === before) throw new Error("The change changes nothing.");
  await anvil.request("anvil_setStorageAt", address, slot, `0x${after.toString(16).padStart(64, "0")}`);
  await anvil.request("anvil_mine", "0x1");
}

/** Exchanges bytes of a contract's code, such as a constant's. */
export async function alterCode(anvil: Anvil, address: string, before: string, after: string): Promise<void> {
  const code = String(await anvil.request("eth_getCode", address, "latest"));
  if (!code.includes(before)) throw new Error("The code does not have these bytes.");
  await anvil.request("anvil_setCode", address, code.replaceAll(before, after));
  await anvil.request("anvil_mine", "0x1");
}
