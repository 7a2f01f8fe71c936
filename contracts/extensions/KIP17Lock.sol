// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IERC5192} from "../interfaces/IERC5192.sol";
import {KIP17} from "../KIP17.sol";

/**
 * @title Tokens that stay where they are: a ticket at its door, for example.
 *
 * A locked token is neither transferred nor burned until it is unlocked. Who locks is up to the preset.
 */
abstract contract KIP17Lock is KIP17, IERC5192 {
    error KIP17TokenLocked(uint256 tokenId);

    error KIP17TokenNotLocked(uint256 tokenId);

    /// @inheritdoc KIP17
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IERC5192).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) public view virtual returns (bool) {
        _requireOwned(tokenId);
        return _flag(tokenId);
    }

    function _lock(uint256 tokenId) internal {
        if (locked(tokenId)) revert KIP17TokenLocked(tokenId);
        _setFlag(tokenId, true);
        emit Locked(tokenId);
    }

    function _unlock(uint256 tokenId) internal {
        if (!locked(tokenId)) revert KIP17TokenNotLocked(tokenId);
        _setFlag(tokenId, false);
        emit Unlocked(tokenId);
    }

    /// @inheritdoc KIP17
    function _update(address to, uint256 tokenId, address auth) internal virtual override returns (address) {
        if (_flag(tokenId)) revert KIP17TokenLocked(tokenId);
        return super._update(to, tokenId, auth);
    }
}
