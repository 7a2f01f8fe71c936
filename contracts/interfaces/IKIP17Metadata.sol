// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title KIP-17 metadata extension.
/// @dev Interface id 0x5b5e139f. Spec: https://kips.kaia.io/KIPs/kip-17
interface IKIP17Metadata {
    function name() external view returns (string memory);

    function symbol() external view returns (string memory);

    function tokenURI(uint256 tokenId) external view returns (string memory);
}
