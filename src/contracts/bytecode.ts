import type { Hex } from "../units/brands.ts";

const creation = {
  KIP17Collection: () => import("./generated/kip17-collection-bytecode.ts"),
  KIP17CollectionUpgradeable: () => import("./generated/kip17-collection-upgradeable-bytecode.ts"),
  KIP17Migrated: () => import("./generated/kip17-migrated-bytecode.ts"),
  ERC1967Proxy: () => import("./generated/erc1967-proxy-bytecode.ts"),
} satisfies Record<DeployableContract, unknown>;

/** A contract that is deployed as it is; `ERC1967Proxy` is what `KIP17CollectionUpgradeable` stands behind. */
export type DeployableContract = "KIP17Collection" | "KIP17CollectionUpgradeable" | "KIP17Migrated" | "ERC1967Proxy";

/** The creation bytecode, without constructor arguments. It is loaded when it is asked for: an ABI does not bring it along. */
export async function bytecodeOf(contract: DeployableContract): Promise<Hex> {
  const { bytecode } = await creation[contract]();
  return bytecode;
}
