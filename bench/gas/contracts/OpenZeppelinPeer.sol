// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title OpenZeppelin's plain ERC721 behind a loop over packed calldata.
/// @notice Checks no role, enumerates nothing: the cheapest that somebody would deploy.
contract OpenZeppelinPeer is ERC721 {
    constructor() ERC721("Peer", "PEER") {}

    /// @param tokens One word each: 20 bytes of owner, 12 bytes of id.
    function mintBatchPacked(bytes32[] calldata tokens) external {
        for (uint256 i = 0; i < tokens.length; ++i) {
            bytes32 token = tokens[i];
            _mint(address(bytes20(token)), uint96(uint256(token)));
        }
    }
}
