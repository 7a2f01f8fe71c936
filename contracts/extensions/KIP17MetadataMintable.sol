// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IKIP17MetadataMintable} from "../interfaces/IKIP17MetadataMintable.sol";
import {KIP17} from "../KIP17.sol";
import {KIP17Metadata} from "./KIP17Metadata.sol";
import {KIP17Mintable} from "./KIP17Mintable.sol";
import {KIP17URIStorage} from "./KIP17URIStorage.sol";

/**
 * @title Minting with a URI of the token's own.
 * @dev The KIP calls this and {KIP17Mintable} exclusive. Both are reported, since caver-js refuses `mint` or
 * `mintWithTokenURI` where its interface is not.
 */
abstract contract KIP17MetadataMintable is KIP17Mintable, KIP17URIStorage {
    /// @inheritdoc KIP17
    function supportsInterface(
        bytes4 interfaceId
    ) public view virtual override(KIP17Mintable, KIP17Metadata) returns (bool) {
        return interfaceId == type(IKIP17MetadataMintable).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @notice Mints `tokenId` to `to` with a URI of its own, at most `MAX_URI_LENGTH` bytes.
    function mintWithTokenURI(
        address to,
        uint256 tokenId,
        string calldata uri
    ) public virtual onlyMinter returns (bool) {
        _checkMintable(tokenId);
        _mint(to, tokenId);
        _setTokenURI(tokenId, uri);
        return true;
    }

    /// @inheritdoc KIP17
    function _update(
        address to,
        uint256 tokenId,
        address auth
    ) internal virtual override(KIP17, KIP17URIStorage) returns (address) {
        return super._update(to, tokenId, auth);
    }
}
