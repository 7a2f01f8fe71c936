// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";

/// OpenZeppelin's ERC-721 with its internal functions in the open: the peer that the behaviours are checked on as well.
contract BehaviourERC721 is ERC721Enumerable {
    string private _base;

    constructor(string memory name, string memory symbol) ERC721(name, symbol) {}

    function _baseURI() internal view override returns (string memory) {
        return _base;
    }

    function $setBase(string calldata base) external {
        _base = base;
    }

    function $_mint(address to, uint256 id) external {
        _mint(to, id);
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
