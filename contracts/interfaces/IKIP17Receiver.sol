// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title What a contract implements to take KIP-17 tokens from a safe transfer.
interface IKIP17Receiver {
    /// @return 0x6745782b, this function's selector, to accept. Anything else refuses the token.
    function onKIP17Received(
        address operator,
        address from,
        uint256 tokenId,
        bytes calldata data
    ) external returns (bytes4);
}
