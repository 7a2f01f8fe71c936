// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title KIP-17 minting extension.
/// @dev Interface id 0xeab83e20. Spec: https://kips.kaia.io/KIPs/kip-17
interface IKIP17Mintable {
    function mint(address to, uint256 tokenId) external returns (bool);

    function isMinter(address account) external view returns (bool);

    function addMinter(address account) external;

    function renounceMinter() external;
}
