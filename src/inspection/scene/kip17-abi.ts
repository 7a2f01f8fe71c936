import type { Abi } from "../../ports/intent.ts";

/** What KIP-17 and its extensions name, and what contracts offer beside it to find role holders by. Spec: https://kips.kaia.io/KIPs/kip-17 */
export const kip17Abi: Abi = [
  "function supportsInterface(bytes4) view returns (bool)",
  "function balanceOf(address) view returns (uint256)",
  "function ownerOf(uint256) view returns (address)",
  "function getApproved(uint256) view returns (address)",
  "function isApprovedForAll(address, address) view returns (bool)",
  "function approve(address, uint256)",
  "function setApprovalForAll(address, bool)",
  "function transferFrom(address, address, uint256)",
  "function safeTransferFrom(address, address, uint256)",
  "function safeTransferFrom(address, address, uint256, bytes)",
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function tokenURI(uint256) view returns (string)",
  "function totalSupply() view returns (uint256)",
  "function tokenByIndex(uint256) view returns (uint256)",
  "function tokenOfOwnerByIndex(address, uint256) view returns (uint256)",
  "function mint(address, uint256) returns (bool)",
  "function mintWithTokenURI(address, uint256, string) returns (bool)",
  "function isMinter(address) view returns (bool)",
  "function addMinter(address)",
  "function renounceMinter()",
  "function burn(uint256)",
  "function paused() view returns (bool)",
  "function pause()",
  "function unpause()",
  "function isPauser(address) view returns (bool)",
  "function addPauser(address)",
  "function renouncePauser()",
  "function owner() view returns (address)",
];

/** Both overloads by their full names, for a name alone does not tell them apart. */
export const safeTransfer = "safeTransferFrom(address,address,uint256)";
export const safeTransferWithData = "safeTransferFrom(address,address,uint256,bytes)";

/** Interface ids by KIP-13, as caver-js names them. */
export const interfaceIds = {
  IKIP17: "0x80ac58cd",
  IKIP17Metadata: "0x5b5e139f",
  IKIP17Enumerable: "0x780e9d63",
  IKIP17Mintable: "0xeab83e20",
  IKIP17MetadataMintable: "0xfac27f46",
  IKIP17Burnable: "0x42966c68",
  IKIP17Pausable: "0x4d5507ff",
} as const;

export type InterfaceName = keyof typeof interfaceIds;

/** Topics: Keccak-256 of the events' signatures. */
export const topics = {
  transfer: "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
  approval: "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925",
  approvalForAll: "0x17307eab39ab6107e8899845ad3d59bd9653f200f220920489ca2b5937696c31",
  paused: "0x62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258",
  unpaused: "0x5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa",
  minterAdded: "0x6ae172837ea30b801fbfcdd4108aa1d5bf8ff775444fd70256b44e6bf3dfc3f6",
  pauserAdded: "0x6719d08c1888103bea251a4ed56406bd0c3e69723c8a1686e017e7bbe159b6f8",
  roleGranted: "0x2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d",
} as const;

export const zeroAddress = "0x0000000000000000000000000000000000000000";
export const largestId = 2n ** 256n - 1n;
