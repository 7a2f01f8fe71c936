// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title KIP-17 minting with a URI.
/// @dev Interface id 0xfac27f46: the role's functions count in it as they do in {IKIP17Mintable}.
/// Spec: https://kips.kaia.io/KIPs/kip-17
interface IKIP17MetadataMintable {
    function mintWithTokenURI(address to, uint256 tokenId, string calldata tokenURI) external returns (bool);

    function isMinter(address account) external view returns (bool);

    function addMinter(address account) external;

    function renounceMinter() external;
}
