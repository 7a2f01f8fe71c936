// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {KIP17CollectionBase} from "./KIP17CollectionBase.sol";

/**
 * @title {KIP17Collection} behind a UUPS proxy (ERC-1967), upgraded by its owner.
 *
 * Deploy this once, then an `ERC1967Proxy` with the call of {initialize} in its constructor. All storage is namespaced
 * (ERC-7201), so that a later version may inherit in another order.
 */
contract KIP17CollectionUpgradeable is KIP17CollectionBase, Initializable, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        // The contract behind the proxies is nobody's collection.
        _disableInitializers();
    }

    /// @notice Once for each proxy. Parameters as in {KIP17Collection}'s constructor.
    function initialize(
        string memory name_,
        string memory symbol_,
        address owner_,
        uint256 windowStart,
        uint256 windowSize
    ) public initializer {
        _initCollection(name_, symbol_, owner_, windowStart, windowSize);
    }

    function _authorizeUpgrade(address newImplementation) internal override onlyOwner {}
}
