// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/**
 * @title The word that {KIP17Enumerable} and {KIP17Pausable} share.
 *
 * Every mint and every transfer reads both how many tokens there are, or where the window is, and whether the collection
 * is paused. In one word of storage that is one cold read instead of two: 2,100 gas.
 */
abstract contract KIP17Shared {
    /// @custom:storage-location erc7201:latchkey.KIP17.Shared
    struct KIP17SharedStorage {
        uint128 windowStart;
        uint56 windowSize;
        bool paused;
        uint64 supply;
    }

    bytes32 private constant SHARED_STORAGE = 0x7716b95703451c26f5b17c8126d94d37d179a86ea9537d77d7b7dd4fce659100;

    function _shared() internal pure returns (KIP17SharedStorage storage $) {
        assembly {
            $.slot := SHARED_STORAGE
        }
    }
}
