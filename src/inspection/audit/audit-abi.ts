import type { Abi } from "../../ports/intent.ts";

/** Beside KIP-17's own functions: what collections have to be taken over, frozen or upgraded by. */
export const auditAbi: Abi = [
  "function hasRole(bytes32, address) view returns (bool)",
  "function grantRole(bytes32, address)",
  "function transferOwnership(address)",
  "function burnFrom(address, uint256)",
  "function proxiableUUID() view returns (bytes32)",
  "function upgradeTo(address)",
  "function upgradeToAndCall(address, bytes)",
];

/** Events that name who holds a role: Keccak-256 of their signatures. */
export const roleTopics = {
  minterAdded: "0x6ae172837ea30b801fbfcdd4108aa1d5bf8ff775444fd70256b44e6bf3dfc3f6",
  minterRemoved: "0xe94479a9f7e1952cc78f2d6baab678adc1b772d936c6583def489e524cb66692",
  pauserAdded: "0x6719d08c1888103bea251a4ed56406bd0c3e69723c8a1686e017e7bbe159b6f8",
  pauserRemoved: "0xcd265ebaf09df2871cc7bd4133404a235ba12eff2041bb89d9c714a2621c7c7e",
  roleGranted: "0x2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d",
  roleRevoked: "0xf6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b",
  ownershipTransferred: "0x8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0",
} as const;

/** OpenZeppelin's names of roles. */
export const roles = {
  admin: `0x${"0".repeat(64)}`,
  /** keccak256("MINTER_ROLE"). */
  minter: "0x9f2df0fed2c77648de5860a4cc508cd0818c85b8b8a1ab4ceeef8d981c8956a6",
  /** keccak256("PAUSER_ROLE"). */
  pauser: "0x65d7a28e3265b37a6474929f336521b332c1681b933f6cb9f3376673440d862a",
} as const;

/** Ways to mint that collections have beside KIP-17's two; `to` and `id` are put where the types want them. */
export const mintLike = [
  "mint()",
  "mint(address)",
  "mint(uint256)",
  "mint(address,uint256,bytes)",
  "mint(address,uint256,string)",
  "mint(address,string)",
  "mintTo(address)",
  "mintTo(address,uint256)",
  "mintTo(address,string)",
  "mintNFT(address,string)",
  "mintWithURI(address,uint256,string)",
  "mintWithTokenURI(address,string)",
  "mintBatch(address[],uint256[])",
  "mintBatch(address,uint256[])",
  "batchMint(address,uint256[])",
  "batchMint(address[],uint256[])",
  "mintMultiple(address,uint256[])",
  "safeMint(address)",
  "safeMint(address,uint256)",
  "safeMint(address,uint256,bytes)",
  "safeMint(address,uint256,string)",
  "safeMint(address,string)",
  "publicMint()",
  "publicMint(uint256)",
  "freeMint()",
  "claim()",
  "claim(uint256)",
  "adminMint(address,uint256)",
  "airdrop(address[],uint256[])",
  "ownerMint(address,uint256)",
] as const;
