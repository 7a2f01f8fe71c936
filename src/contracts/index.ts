export { bytecodeOf, type DeployableContract } from "./bytecode.ts";
export {
  type BatchRange,
  commitCollection,
  type CollectionCommitment,
  type CommitmentBuilder,
  type CommitmentOptions,
  createCommitment,
  type StreamedCommitment,
} from "./commitment.ts";
export { erc1967ProxyAbi, erc1967ProxyErrors, erc1967ProxyEvents } from "./generated/erc1967-proxy-abi.ts";
export { kip17CollectionAbi, kip17CollectionErrors, kip17CollectionEvents } from "./generated/kip17-collection-abi.ts";
export {
  kip17CollectionUpgradeableAbi,
  kip17CollectionUpgradeableErrors,
  kip17CollectionUpgradeableEvents,
} from "./generated/kip17-collection-upgradeable-abi.ts";
export { kip17MigratedAbi, kip17MigratedErrors, kip17MigratedEvents } from "./generated/kip17-migrated-abi.ts";
export { doorOwner, holeOwner, type PlacedToken } from "./given-tokens.ts";
export { commitmentLeaf, type CommittedToken, type OldCollection } from "./leaf.ts";
export { packCommitted, packTokens } from "./pack-tokens.ts";
export type { Hex } from "../units/brands.ts";
