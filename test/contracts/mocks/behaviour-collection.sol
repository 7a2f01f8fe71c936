// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KIP17Collection} from "../../../contracts/KIP17Collection.sol";

/// The preset with the internal functions of its core in the open.
contract BehaviourCollection is KIP17Collection {
    constructor(string memory name, string memory symbol, address owner, uint256 windowStart, uint256 windowSize)
        KIP17Collection(name, symbol, owner, windowStart, windowSize)
    {}

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
