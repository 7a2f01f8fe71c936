// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KIP17Metadata} from "../../../contracts/extensions/KIP17Metadata.sol";

/// The core with metadata, its internal functions in the open.
contract BehaviourKIP17 is KIP17Metadata {
    constructor(string memory name, string memory symbol) {
        _initMetadata(name, symbol);
    }

    function $setBase(string calldata base) external {
        _setPattern(base, "");
    }

    function $_mint(address to, uint256 id) external {
        _mint(to, id);
    }

    function $_mintBatch(address[] calldata owners, uint256[] calldata ids) external {
        _mintBatch(owners, ids);
    }

    function $_safeMint(address to, uint256 id) external {
        _safeMint(to, id);
    }

    function $_safeMint(address to, uint256 id, bytes calldata data) external {
        _safeMint(to, id, data);
    }

    function $_burn(uint256 id) external {
        _burn(id);
    }

    function $_transfer(address from, address to, uint256 id) external {
        _transfer(from, to, id);
    }

    function $_safeTransfer(address from, address to, uint256 id) external {
        _safeTransfer(from, to, id);
    }

    function $_safeTransfer(address from, address to, uint256 id, bytes calldata data) external {
        _safeTransfer(from, to, id, data);
    }

    function $_approve(address to, uint256 id, address auth) external {
        _approve(to, id, auth);
    }

    function $_setApprovalForAll(address owner, address operator, bool approved) external {
        _setApprovalForAll(owner, operator, approved);
    }

    function $_ownerOf(uint256 id) external view returns (address) {
        return _ownerOf(id);
    }

    function $_requireOwned(uint256 id) external view returns (address) {
        return _requireOwned(id);
    }

    function $_checkAuthorized(address owner, address spender, uint256 id) external view {
        _checkAuthorized(owner, spender, id);
    }
}
