// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17} from "../KIP17.sol";
import {KIP17Metadata} from "./KIP17Metadata.sol";

/**
 * @title A token's own URI, which goes before the one by pattern.
 *
 * Stored compactly, so that a URI of up to 62 bytes takes two words:
 *
 *     word 0    bits 240-255  length in bytes, plus one; zero if the token has no URI of its own
 *               bits   0-239  bytes 0-29 of the URI
 *     word k    bytes 30 + 32 (k - 1) and on; what follows the end is zero
 *
 * A URI of its own may be empty: it hides the pattern all the same.
 */
abstract contract KIP17URIStorage is KIP17Metadata {
    /// @notice The longest URI that a token may have, in bytes.
    uint256 public constant MAX_URI_LENGTH = 8192;

    uint256 private constant BYTES_IN_FIRST = 30;

    /// @custom:storage-location erc7201:latchkey.KIP17.URIStorage
    struct KIP17URIStorageStorage {
        // One word for the first bytes, and as many as MAX_URI_LENGTH needs.
        mapping(uint256 tokenId => bytes32[257]) uris;
    }

    bytes32 private constant URI_STORAGE = 0x69d615d0a6e9bcf0cdb6e9c5f9e0e1265a23c90af50290a64bebb02688205700;

    error KIP17URITooLong(uint256 length, uint256 longest);

    function _uris() private pure returns (KIP17URIStorageStorage storage $) {
        assembly {
            $.slot := URI_STORAGE
        }
    }

    /// @inheritdoc KIP17Metadata
    function tokenURI(uint256 tokenId) public view virtual override returns (string memory) {
        bytes32[257] storage words = _uris().uris[tokenId];
        uint256 header = uint256(words[0]);
        if (header == 0) return super.tokenURI(tokenId);

        _requireOwned(tokenId);
        uint256 length = (header >> 240) - 1;
        // One word more than the URI: the last word that is written below may reach past its end.
        bytes memory uri = new bytes(length + 32);
        _writeWord(uri, 0, bytes32(header << 16));
        uint256 count = _wordsFor(length);
        for (uint256 k = 1; k < count; ++k) _writeWord(uri, BYTES_IN_FIRST + 32 * (k - 1), words[k]);
        assembly ("memory-safe") {
            mstore(uri, length)
        }
        return string(uri);
    }

    /// @dev Gives a token, existing or about to, a URI of its own. Whoever calls this announces the change.
    function _setTokenURI(uint256 tokenId, string memory uri) internal {
        bytes32[257] storage words = _uris().uris[tokenId];
        uint256 length = bytes(uri).length;
        if (length > MAX_URI_LENGTH) revert KIP17URITooLong(length, MAX_URI_LENGTH);

        uint256 before = _wordsIn(words);
        uint256 count = _wordsFor(length);
        words[0] = bytes32(((length + 1) << 240) | (uint256(_readWord(uri, 0)) >> 16));
        // Numbers of words, which the length above bounds.
        unchecked {
            for (uint256 k = 1; k < count; ++k) words[k] = _readWord(uri, BYTES_IN_FIRST + 32 * (k - 1));
            for (uint256 k = count; k < before; ++k) delete words[k];
        }
    }

    /// @dev A burned token leaves no URI behind.
    function _update(address to, uint256 tokenId, address auth) internal virtual override returns (address from) {
        from = super._update(to, tokenId, auth);
        if (to == address(0)) {
            bytes32[257] storage words = _uris().uris[tokenId];
            uint256 count = _wordsIn(words);
            for (uint256 k = 0; k < count; ++k) delete words[k];
        }
    }

    /// @dev How many words the token's own URI takes: none if it has none.
    function _wordsIn(bytes32[257] storage words) private view returns (uint256) {
        uint256 header = uint256(words[0]) >> 240;
        return header == 0 ? 0 : _wordsFor(header - 1);
    }

    function _wordsFor(uint256 length) private pure returns (uint256) {
        unchecked {
            return (length + (32 - BYTES_IN_FIRST) + 31) / 32;
        }
    }

    /// @dev 32 bytes of `text` from `offset`, with zeros after its end. `offset` is at most the length of `text`.
    function _readWord(string memory text, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(text, 0x20), offset))
            let left := sub(mload(text), offset)
            if lt(left, 32) {
                let unused := shl(3, sub(32, left))
                word := shl(unused, shr(unused, word))
            }
        }
    }

    /// @dev Writes 32 bytes into `text` from `offset`. `text` has to be that long.
    function _writeWord(bytes memory text, uint256 offset, bytes32 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(text, 0x20), offset), word)
        }
    }
}
