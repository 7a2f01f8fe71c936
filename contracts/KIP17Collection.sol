// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17CollectionBase} from "./KIP17CollectionBase.sol";

/// @title A KIP-17 collection, ready to deploy. What it offers and to whom: {KIP17CollectionBase}.
contract KIP17Collection is KIP17CollectionBase {
    /**
     * @param owner_ admin, first minter and first pauser.
     * @param windowStart the first of the ids that are cheap to mint and to move; see {KIP17Enumerable}.
     * @param windowSize how many ids that are. Ids outside the window work as well; zero puts all ids outside.
     */
    constructor(
        string memory name_,
        string memory symbol_,
        address owner_,
        uint256 windowStart,
        uint256 windowSize
    ) {
        _initCollection(name_, symbol_, owner_, windowStart, windowSize);
    }
}
