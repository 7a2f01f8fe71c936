/** What is deployed as it is: each gets a typed ABI, its bytecode, and its standard JSON input for explorers. */
export const presets = [
  "contracts/KIP17Collection.sol",
  "contracts/KIP17CollectionUpgradeable.sol",
  "contracts/KIP17Migrated.sol",
  // The proxy that the upgradeable preset stands behind.
  "npm:@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
] as const;
