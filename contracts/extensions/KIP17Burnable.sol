// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IKIP17Burnable} from "../interfaces/IKIP17Burnable.sol";
import {KIP17} from "../KIP17.sol";

/// @title Burning by whoever may transfer the token.
abstract contract KIP17Burnable is KIP17, IKIP17Burnable {
    /// @inheritdoc KIP17
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IKIP17Burnable).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IKIP17Burnable
    function burn(uint256 tokenId) public virtual {
        _update(address(0), tokenId, msg.sender);
    }
}
