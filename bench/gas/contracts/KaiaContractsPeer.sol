// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KIP17} from "@kaiachain/contracts/KIP/token/KIP17/KIP17.sol";
import {KIP17Burnable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17Burnable.sol";
import {KIP17Enumerable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17Enumerable.sol";
import {KIP17MetadataMintable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17MetadataMintable.sol";
import {KIP17Pausable} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17Pausable.sol";
import {KIP17URIStorage} from "@kaiachain/contracts/KIP/token/KIP17/extensions/KIP17URIStorage.sol";

/// @title A full preset out of @kaiachain/contracts, with batches.
/// @notice Minters only, as the library has it. The deployer has every role.
contract KaiaContractsPeer is KIP17Enumerable, KIP17Burnable, KIP17MetadataMintable, KIP17Pausable {
    constructor() KIP17("Peer", "PEER") {
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
        _grantRole(MINTER_ROLE, msg.sender);
        _grantRole(PAUSER_ROLE, msg.sender);
    }

    /// @param tokens One word each: 20 bytes of owner, 12 bytes of id.
    function mintBatchPacked(bytes32[] calldata tokens) external onlyRole(MINTER_ROLE) {
        for (uint256 i = 0; i < tokens.length; ++i) {
            bytes32 token = tokens[i];
            _mint(address(bytes20(token)), uint96(uint256(token)));
        }
    }

    /// @param owners, ids, uris Of one length.
    function mintBatchWithTokenURI(
        address[] calldata owners,
        uint256[] calldata ids,
        string[] calldata uris
    ) external onlyRole(MINTER_ROLE) {
        for (uint256 i = 0; i < ids.length; ++i) {
            _mint(owners[i], ids[i]);
            _setTokenURI(ids[i], uris[i]);
        }
    }

    function tokenURI(uint256 id) public view override(KIP17, KIP17URIStorage) returns (string memory) {
        return KIP17URIStorage.tokenURI(id);
    }

    function supportsInterface(
        bytes4 id
    ) public view override(KIP17Enumerable, KIP17Burnable, KIP17MetadataMintable, KIP17Pausable) returns (bool) {
        return
            KIP17Enumerable.supportsInterface(id) ||
            KIP17Burnable.supportsInterface(id) ||
            KIP17MetadataMintable.supportsInterface(id) ||
            KIP17Pausable.supportsInterface(id);
    }

    function _burn(uint256 id) internal override(KIP17, KIP17URIStorage) {
        KIP17URIStorage._burn(id);
    }

    function _beforeTokenTransfer(
        address from,
        address to,
        uint256 id
    ) internal override(KIP17, KIP17Enumerable, KIP17Pausable) {
        super._beforeTokenTransfer(from, to, id);
    }
}
