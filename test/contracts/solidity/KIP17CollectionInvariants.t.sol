// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17Collection} from "../../../contracts/KIP17Collection.sol";
import {CollectionHandler} from "./CollectionHandler.sol";

/// @notice What holds after whatever happened to a collection.
contract KIP17CollectionInvariants {
    CollectionHandler private handler;
    KIP17Collection private collection;

    function setUp() public {
        handler = new CollectionHandler();
        collection = handler.collection();
    }

    /// @dev Read by the runner: it calls the handler alone.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_aTokenHasTheOneOwnerThatGotIt() external view {
        uint256 supply = 0;
        for (uint256 i = 0; i < handler.poolSize(); i++) {
            uint256 id = handler.pool(i);
            address expected = handler.ownerOf(id);
            try collection.ownerOf(id) returns (address owner) {
                require(owner == expected, "the owner");
                require(collection.getApproved(id) == handler.approved(id), "the approval");
                require(collection.locked(id) == handler.isLocked(id), "the lock");
                require(keccak256(bytes(collection.tokenURI(id))) == keccak256(bytes(handler.uriOf(id))), "the URI");
                supply++;
            } catch {
                require(expected == address(0), "a token is lost");
            }
        }
        require(collection.totalSupply() == supply, "the supply is not the number of tokens");
        uint256 sum = 0;
        for (uint256 i = 0; i < handler.actorCount(); i++) sum += collection.balanceOf(handler.actors(i));
        require(sum == supply, "the balances do not sum to the supply");
    }

    function invariant_theEnumerationIsTheSetOfTokens() external view {
        uint256 supply = collection.totalSupply();
        uint256[] memory seen = new uint256[](supply);
        for (uint256 i = 0; i < supply; i++) {
            uint256 id = collection.tokenByIndex(i);
            require(handler.ownerOf(id) != address(0), "it lists what is not there");
            for (uint256 j = 0; j < i; j++) require(seen[j] != id, "it lists a token twice");
            seen[i] = id;
        }
        uint256 owned = 0;
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            address owner = handler.actors(i);
            uint256 balance = collection.balanceOf(owner);
            for (uint256 j = 0; j < balance; j++) {
                uint256 id = collection.tokenOfOwnerByIndex(owner, j);
                require(handler.ownerOf(id) == owner, "it lists another's token");
                for (uint256 k = 0; k < owned; k++) require(seen[k] != id, "it lists an owned token twice");
                seen[owned++] = id;
            }
            try collection.tokenOfOwnerByIndex(owner, balance) {
                revert("it lists more than the balance");
            } catch {}
        }
        require(owned == supply, "it lists fewer tokens than there are");
        try collection.tokenByIndex(supply) {
            revert("it lists more than the supply");
        } catch {}
    }
}
