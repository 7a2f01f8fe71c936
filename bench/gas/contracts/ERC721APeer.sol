// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721A} from "erc721a/contracts/ERC721A.sol";

/// @title ERC721A, which gives out ids in sequence: the owners come in the order of their ids.
/// @notice Checks no role. Neighbours of one owner are one mint of several tokens, what ERC721A is made for.
contract ERC721APeer is ERC721A {
    constructor() ERC721A("Peer", "PEER") {}

    function mintBatch(address[] calldata owners) external {
        unchecked {
            address owner = owners[0];
            uint256 quantity = 1;
            for (uint256 i = 1; i < owners.length; ++i) {
                address next = owners[i];
                if (next != owner) {
                    _mint(owner, quantity);
                    owner = next;
                    quantity = 0;
                }
                ++quantity;
            }
            _mint(owner, quantity);
        }
    }

    function _startTokenId() internal pure override returns (uint256) {
        return 1;
    }
}
