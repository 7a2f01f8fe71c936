// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title KIP-17 enumeration extension. The order of tokens is not part of the interface.
/// @dev Interface id 0x780e9d63. Spec: https://kips.kaia.io/KIPs/kip-17
interface IKIP17Enumerable {
    function totalSupply() external view returns (uint256);

    function tokenOfOwnerByIndex(address owner, uint256 index) external view returns (uint256 tokenId);

    function tokenByIndex(uint256 index) external view returns (uint256);
}
