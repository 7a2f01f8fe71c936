// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Tokens that can be locked to their owner.
/// @dev Interface id 0xb45a3c0e. Spec: https://eips.ethereum.org/EIPS/eip-5192
interface IERC5192 {
    event Locked(uint256 tokenId);

    event Unlocked(uint256 tokenId);

    /// @dev Reverts for a token that does not exist.
    function locked(uint256 tokenId) external view returns (bool);
}
