// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17Migrated} from "../../../contracts/KIP17Migrated.sol";
import {MigrationHandler} from "./MigrationHandler.sol";

/// @notice What holds at every moment of a migration.
contract KIP17MigratedInvariants {
    MigrationHandler private handler;
    KIP17Migrated private migrated;

    function setUp() public {
        handler = new MigrationHandler();
        migrated = handler.migrated();
    }

    /// @dev Read by the runner: it calls the handler alone.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyTokenIsWhereItBelongs() external view {
        uint256 supply = 0;
        uint256 settled = 0;
        for (uint256 id = 0; id < handler.COUNT() + 8; id++) {
            address expected = handler.ownerOf(id);
            if (id < handler.COUNT() && (handler.wasUsed(id) || migrated.isReserved(id))) settled++;
            try migrated.ownerOf(id) returns (address owner) {
                require(owner == expected, "another owner");
                supply++;
            } catch {
                require(expected == address(0), "a token is lost");
            }
            require(id % 6 != 4 || id >= handler.COUNT() || !handler.wasUsed(id), "a hole was filled");
        }
        require(migrated.totalSupply() == supply, "the supply");
        require(migrated.settledCount() == settled, "the count of what is settled");
        require(migrated.isSealed() == handler.isSealed(), "the seal");
        uint256 sum = 0;
        for (uint256 i = 0; i < 4; i++) sum += migrated.balanceOf(handler.actor(i));
        require(sum == supply, "the balances do not sum to the supply");
    }
}
