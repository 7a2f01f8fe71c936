// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IKIP17Enumerable} from "../interfaces/IKIP17Enumerable.sol";
import {KIP17} from "../KIP17.sol";
import {KIP17Shared} from "./KIP17Shared.sol";

/**
 * @title All tokens, and all tokens of an owner, by index: for any id, at next to no cost for ids in a dense window.
 *
 * Ids from `windowStart` to `windowStart + windowSize - 1` are kept as one bit each: a mint in a batch shares the write
 * of 256 neighbours, and a transfer writes nothing. The views pay for it by counting: they are for calls from outside.
 * All other ids are kept in index arrays as in OpenZeppelin's ERC721Enumerable: their views read one word, their mints
 * and transfers write several.
 *
 *     words      bit p % 256 of word p / 256 is set if token windowStart + p exists
 *     summaries  bit w % 256 of summary w / 256 is set if word w is not zero: empty stretches are skipped
 *
 * Order of both views: first the ids outside the window, in any order; then those inside, ascending.
 */
abstract contract KIP17Enumerable is KIP17, KIP17Shared, IKIP17Enumerable {
    /// @notice The largest window, in ids.
    uint256 public constant MAX_WINDOW_SIZE = 1 << 24;

    /// @custom:storage-location erc7201:latchkey.KIP17.Enumerable
    struct KIP17EnumerableStorage {
        mapping(uint256 index => uint256) words;
        mapping(uint256 index => uint256) summaries;
        uint256[] outside;
        mapping(uint256 tokenId => uint256) outsideIndex;
        mapping(address owner => uint256[]) outsideOf;
        mapping(uint256 tokenId => uint256) outsideOfIndex;
    }

    bytes32 private constant ENUMERABLE_STORAGE = 0xddae1d401f0fc6fd222f24a70ee04f4b3cce9bc4c7942540580488291a172300;

    uint256 private constant NO_WORD = type(uint256).max;

    error ERC721OutOfBoundsIndex(address owner, uint256 index);

    /// @dev The window has to start below 2^128 and to hold at most `MAX_WINDOW_SIZE` ids.
    error KIP17InvalidWindow(uint256 start, uint256 size);

    function _enumerable() private pure returns (KIP17EnumerableStorage storage $) {
        assembly {
            $.slot := ENUMERABLE_STORAGE
        }
    }

    /// @dev Once, before the first mint.
    function _initEnumerable(uint256 windowStart, uint256 windowSize) internal {
        if (windowStart > type(uint128).max || windowSize > MAX_WINDOW_SIZE) {
            revert KIP17InvalidWindow(windowStart, windowSize);
        }
        KIP17SharedStorage storage shared = _shared();
        shared.windowStart = uint128(windowStart);
        shared.windowSize = uint56(windowSize);
    }

    /// @inheritdoc KIP17
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IKIP17Enumerable).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @notice The ids that are kept as bits: `size` of them from `start` on. Fixed at deployment.
    function denseWindow() public view returns (uint256 start, uint256 size) {
        KIP17SharedStorage storage shared = _shared();
        return (shared.windowStart, shared.windowSize);
    }

    /// @inheritdoc IKIP17Enumerable
    /// @dev Reads one word.
    function totalSupply() public view virtual returns (uint256) {
        return _shared().supply;
    }

    /// @inheritdoc IKIP17Enumerable
    /// @dev Outside the window: reads two words. Inside: reads each non-empty word before the token's, about 2,800 gas for
    /// 256 ids, and one summary for 65,536 ids; then passes each token before it in its word, about 600 gas.
    function tokenByIndex(uint256 index) public view virtual returns (uint256) {
        KIP17EnumerableStorage storage $ = _enumerable();
        if (index >= totalSupply()) revert ERC721OutOfBoundsIndex(address(0), index);
        uint256 countOutside = $.outside.length;
        if (index < countOutside) return $.outside[index];
        return _inWindow(address(0), index - countOutside);
    }

    /// @inheritdoc IKIP17Enumerable
    /// @dev Outside the window: reads three words. Inside: asks each existing token up to the one in question for its
    /// owner, about 2,800 gas a token.
    function tokenOfOwnerByIndex(address owner, uint256 index) public view virtual returns (uint256) {
        if (index >= balanceOf(owner)) revert ERC721OutOfBoundsIndex(owner, index);
        uint256[] storage outside = _enumerable().outsideOf[owner];
        if (index < outside.length) return outside[index];
        return _inWindow(owner, index - outside.length);
    }

    /// @inheritdoc KIP17
    function _update(address to, uint256 tokenId, address auth) internal virtual override returns (address from) {
        from = super._update(to, tokenId, auth);

        KIP17SharedStorage storage shared = _shared();
        if (from == address(0)) shared.supply += 1;
        if (to == address(0)) shared.supply -= 1;

        (uint256 start, uint256 size) = denseWindow();
        (bool inside, uint256 position) = _position(tokenId, start, size);
        if (!inside) {
            if (from != to) _moveOutside(from, to, tokenId);
        } else if (from == address(0)) {
            uint256 word = _enumerable().words[position >> 8];
            _setWord(position >> 8, word, word | _bit(position));
        } else if (to == address(0)) {
            uint256 word = _enumerable().words[position >> 8];
            _setWord(position >> 8, word, word & ~_bit(position));
        }
    }

    /// @inheritdoc KIP17
    function _mintBatch(address[] memory owners, uint256[] memory ids) internal virtual override {
        super._mintBatch(owners, ids);

        _shared().supply += uint64(ids.length);

        // The word at hand is written when the next id needs another one.
        (uint256 start, uint256 size) = denseWindow();
        uint256 index = NO_WORD;
        uint256 before;
        uint256 word;
        for (uint256 i = 0; i < ids.length; ++i) {
            (bool inside, uint256 position) = _position(ids[i], start, size);
            if (!inside) {
                _moveOutside(address(0), owners[i], ids[i]);
                continue;
            }
            if (position >> 8 != index) {
                if (index != NO_WORD) _setWord(index, before, word);
                index = position >> 8;
                before = _enumerable().words[index];
                word = before;
            }
            word |= _bit(position);
        }
        if (index != NO_WORD) _setWord(index, before, word);
    }

    function _position(
        uint256 tokenId,
        uint256 start,
        uint256 size
    ) private pure returns (bool inside, uint256 position) {
        unchecked {
            position = tokenId - start;
        }
        // An id below the start wraps round to a position that no window reaches.
        return (position < size, position);
    }

    function _bit(uint256 position) private pure returns (uint256) {
        return 1 << (position & 0xff);
    }

    /// @dev Writes a word of the window, and its summary if the word becomes empty or stops being so.
    function _setWord(uint256 index, uint256 before, uint256 word) private {
        KIP17EnumerableStorage storage $ = _enumerable();
        $.words[index] = word;
        if (before == 0) $.summaries[index >> 8] |= _bit(index);
        else if (word == 0) $.summaries[index >> 8] &= ~_bit(index);
    }

    /// @dev The `skip`-th existing id of the window, counting only those of `owner` unless that is zero.
    function _inWindow(address owner, uint256 skip) private view returns (uint256 tokenId) {
        KIP17EnumerableStorage storage $ = _enumerable();
        (uint256 start, ) = denseWindow();
        // Whoever calls has made sure that there are more than `skip`, so the loops end by returning.
        for (uint256 summaryIndex = 0; ; ++summaryIndex) {
            uint256 summary = $.summaries[summaryIndex];
            while (summary != 0) {
                uint256 wordIndex = (summaryIndex << 8) | _lowest(summary);
                summary &= summary - 1;
                uint256 word = $.words[wordIndex];

                if (owner == address(0)) {
                    uint256 count = _count(word);
                    if (skip >= count) {
                        skip -= count;
                        continue;
                    }
                }
                while (word != 0) {
                    tokenId = start + ((wordIndex << 8) | _lowest(word));
                    word &= word - 1;
                    if (owner != address(0) && _ownerOf(tokenId) != owner) continue;
                    if (skip == 0) return tokenId;
                    --skip;
                }
            }
        }
    }

    /// @dev The position of the lowest bit that is set. `word` is not zero.
    function _lowest(uint256 word) private pure returns (uint256) {
        unchecked {
            return Math.log2(word & (~word + 1));
        }
    }

    /// @dev How many bits are set: pairs are added to nibbles, nibbles to bytes, and a multiplication sums the bytes.
    function _count(uint256 word) private pure returns (uint256) {
        unchecked {
            if (word == type(uint256).max) return 256;
            word -= (word >> 1) & (type(uint256).max / 3);
            word = (word & ((type(uint256).max / 15) * 3)) + ((word >> 2) & ((type(uint256).max / 15) * 3));
            word = (word + (word >> 4)) & ((type(uint256).max / 255) * 15);
            return (word * (type(uint256).max / 255)) >> 248;
        }
    }

    function _moveOutside(address from, address to, uint256 tokenId) private {
        KIP17EnumerableStorage storage $ = _enumerable();
        if (from == address(0)) _append($.outside, $.outsideIndex, tokenId);
        else _remove($.outsideOf[from], $.outsideOfIndex, tokenId);

        if (to == address(0)) _remove($.outside, $.outsideIndex, tokenId);
        else _append($.outsideOf[to], $.outsideOfIndex, tokenId);
    }

    function _append(uint256[] storage list, mapping(uint256 => uint256) storage index, uint256 tokenId) private {
        index[tokenId] = list.length;
        list.push(tokenId);
    }

    /// @dev The last token takes the place of the one that goes.
    function _remove(uint256[] storage list, mapping(uint256 => uint256) storage index, uint256 tokenId) private {
        uint256 place = index[tokenId];
        uint256 last = list[list.length - 1];
        list[place] = last;
        index[last] = place;
        list.pop();
        delete index[tokenId];
    }
}
