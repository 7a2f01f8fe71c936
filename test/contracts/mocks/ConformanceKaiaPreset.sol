// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KIP17} from "@kaiachain/contracts/KIP/token/KIP17/KIP17.sol";
import {KIP17Burnable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17Burnable.sol";
import {KIP17Enumerable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17Enumerable.sol";
import {KIP17MetadataMintable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17MetadataMintable.sol";
import {KIP17Pausable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17Pausable.sol";
import {KIP17URIStorage} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17URIStorage.sol";

/// @title What a project gets that puts Kaia's library together. Its two ways to mint exclude each other: this is the one with URIs.
contract ConformanceKaiaPreset is KIP17Enumerable, KIP17MetadataMintable, KIP17Burnable, KIP17Pausable {
    constructor() KIP17("Kaia preset", "KP") {
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
        _grantRole(MINTER_ROLE, msg.sender);
        _grantRole(PAUSER_ROLE, msg.sender);
    }

    function tokenURI(uint256 id) public view override(KIP17, KIP17URIStorage) returns (string memory) {
        return super.tokenURI(id);
    }

    /// @dev Each asked by name: the library's parts do not pass the question on to one another.
    function supportsInterface(
        bytes4 id
    )
        public
        view
        override(KIP17Enumerable, KIP17MetadataMintable, KIP17Burnable, KIP17Pausable)
        returns (bool)
    {
        return
            KIP17Enumerable.supportsInterface(id) ||
            KIP17MetadataMintable.supportsInterface(id) ||
            KIP17Burnable.supportsInterface(id) ||
            KIP17Pausable.supportsInterface(id);
    }

    function _burn(uint256 id) internal override(KIP17, KIP17URIStorage) {
        super._burn(id);
    }

    function _beforeTokenTransfer(
        address from,
        address to,
        uint256 id
    ) internal override(KIP17, KIP17Enumerable, KIP17Pausable) {
        super._beforeTokenTransfer(from, to, id);
    }
}
