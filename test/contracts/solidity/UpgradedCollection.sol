// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17CollectionUpgradeable} from "../../../contracts/KIP17CollectionUpgradeable.sol";

/// @notice A next version of the upgradeable preset: the same storage, one function more.
contract UpgradedCollection is KIP17CollectionUpgradeable {
    function version() external pure returns (uint256) {
        return 2;
    }
}
