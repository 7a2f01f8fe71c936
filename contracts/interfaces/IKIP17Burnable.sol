// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title KIP-17 burning extension.
/// @dev Interface id 0x42966c68. Spec: https://kips.kaia.io/KIPs/kip-17
interface IKIP17Burnable {
    function burn(uint256 tokenId) external;
}
