// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Approval by signature for one token.
/// @dev Interface id 0x5604e225. Spec: https://eips.ethereum.org/EIPS/eip-4494
interface IERC4494 {
    function permit(address spender, uint256 tokenId, uint256 deadline, bytes calldata signature) external;

    function nonces(uint256 tokenId) external view returns (uint256);

    function DOMAIN_SEPARATOR() external view returns (bytes32);
}
