// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "solady/src/tokens/ERC721.sol";

/// @title Solady's ERC721 behind a loop over packed calldata.
/// @notice Checks no role, enumerates nothing.
contract SoladyPeer is ERC721 {
    function name() public pure override returns (string memory) {
        return "Peer";
    }

    function symbol() public pure override returns (string memory) {
        return "PEER";
    }

    function tokenURI(uint256) public view virtual override returns (string memory) {
        return "";
    }

    /// @param tokens One word each: 20 bytes of owner, 12 bytes of id.
    function mintBatchPacked(bytes32[] calldata tokens) external {
        for (uint256 i = 0; i < tokens.length; ++i) {
            bytes32 token = tokens[i];
            _mint(address(bytes20(token)), uint96(uint256(token)));
        }
    }
}
