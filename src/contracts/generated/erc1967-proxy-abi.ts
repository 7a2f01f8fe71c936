// Generated from npm/@openzeppelin/contracts@5.7.0/proxy/ERC1967/ERC1967Proxy.sol by "npm run contracts". Not to be edited.

/** The ABI of ERC1967Proxy. */
export const erc1967ProxyAbi = [
  {
    inputs: [
      { internalType: "address", name: "implementation", type: "address" },
      { internalType: "bytes", name: "_data", type: "bytes" },
    ],
    stateMutability: "payable",
    type: "constructor",
  },
  { inputs: [{ internalType: "address", name: "target", type: "address" }], name: "AddressEmptyCode", type: "error" },
  {
    inputs: [{ internalType: "address", name: "implementation", type: "address" }],
    name: "ERC1967InvalidImplementation",
    type: "error",
  },
  { inputs: [], name: "ERC1967NonPayable", type: "error" },
  { inputs: [], name: "ERC1967ProxyUninitialized", type: "error" },
  { inputs: [], name: "FailedCall", type: "error" },
  {
    anonymous: false,
    inputs: [{ indexed: true, internalType: "address", name: "implementation", type: "address" }],
    name: "Upgraded",
    type: "event",
  },
  { stateMutability: "payable", type: "fallback" },
] as const;

/** The names of the contract's custom errors, as its ABI has them. */
export const erc1967ProxyErrors = [
  "AddressEmptyCode",
  "ERC1967InvalidImplementation",
  "ERC1967NonPayable",
  "ERC1967ProxyUninitialized",
  "FailedCall",
] as const;

/** The names of the contract's events, as its ABI has them. */
export const erc1967ProxyEvents = ["Upgraded"] as const;
