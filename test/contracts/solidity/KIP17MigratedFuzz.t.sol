// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {KIP17Collection} from "../../../contracts/KIP17Collection.sol";
import {KIP17Migrated} from "../../../contracts/KIP17Migrated.sol";
import {CommitmentTree, CommittedToken} from "./CommitmentTree.sol";
import {refusalOf, vm} from "./Vm.sol";

/// @notice Single properties of a migration, each for any collection that is committed to.
contract KIP17MigratedFuzz {
    using Strings for uint256;

    address private constant STRANGER = address(0x57a4);
    string private constant BASE = "https://old.example/";

    KIP17Collection private old;
    KIP17Migrated private migrated;

    CommittedToken[] private tokens;
    bytes32[] private leaves;
    uint256 private batchSize;
    bytes32[][] private proofs;

    function setUp() public {
        old = new KIP17Collection("Old", "OLD", address(this), 0, 1024);
    }

    function testFuzz_everyBatchIsTakenFromAnybodyInAnyOrder(bytes32 seed, bool isPacked) public {
        _commit(seed, isPacked);
        uint256 count = proofs.length;
        for (uint256 i = 0; i < count; i++) _migrate((i * 7 + uint256(seed)) % count, isPacked);
        // Seven and the count may share a factor: whatever was left out comes now, and nothing comes twice.
        for (uint256 i = 0; i < count; i++) _tryMigrate(i, isPacked);
        _requireAllSettled();
    }

    function testFuzz_aBatchComesOnce(bytes32 seed, bool isPacked) public {
        _commit(seed, isPacked);
        uint256 batch = uint256(seed) % proofs.length;
        _migrate(batch, isPacked);
        uint256 settled = migrated.settledCount();
        uint256 supply = migrated.totalSupply();
        bytes memory reason = refusalOf(STRANGER, address(migrated), _callFor(batch, isPacked));
        require(bytes4(reason) == KIP17Migrated.KIP17AlreadyMigrated.selector, "it came twice");
        require(migrated.settledCount() == settled && migrated.totalSupply() == supply, "a refusal changed something");
    }

    function testFuzz_nothingElseIsTaken(bytes32 seed, uint8 kind, uint256 where, bool isPacked) public {
        _commit(seed, isPacked);
        uint256 batch = where % proofs.length;
        uint256 place = batch * batchSize + (where % _sizeOf(batch));
        CommittedToken memory token = tokens[place];
        if (kind % 4 == 0) tokens[place].owner = token.owner == address(this) ? STRANGER : address(this);
        if (kind % 4 == 1) tokens[place].id = token.id ^ (1 << (where % 96));
        if (kind % 4 == 2 && isPacked) tokens[place].owner = address(uint160(token.owner) ^ 1);
        if (kind % 4 == 2 && !isPacked) tokens[place].uri = string.concat(token.uri, " ");
        if (kind % 4 == 3) proofs[batch].push(bytes32(where));
        bytes memory reason = refusalOf(address(this), address(migrated), _callFor(batch, isPacked));
        require(bytes4(reason) == KIP17Migrated.KIP17InvalidProof.selector, "what is not committed was taken");
        require(migrated.settledCount() == 0 && migrated.totalSupply() == 0, "a refusal changed something");
    }

    function testFuzz_mintersWaitForTheSeal(bytes32 seed, uint256 id) public {
        _commit(seed, true);
        _requireRefused(abi.encodeCall(migrated.mint, (STRANGER, id)), KIP17Migrated.KIP17MigrationOpen.selector);
        for (uint256 i = 0; i + 1 < proofs.length; i++) _migrate(i, true);
        _requireRefused(abi.encodeCall(migrated.seal, ()), KIP17Migrated.KIP17MigrationIncomplete.selector);
        _migrate(proofs.length - 1, true);
        migrated.seal();
        for (uint256 i = 0; i < tokens.length; i++) {
            bytes memory call = abi.encodeCall(migrated.mint, (STRANGER, tokens[i].id));
            _requireRefused(call, KIP17Migrated.KIP17IdReserved.selector);
            if (id == tokens[i].id) return;
        }
        migrated.mint(STRANGER, id);
        require(migrated.ownerOf(id) == STRANGER, "a new id is free");
    }

    function testFuzz_theDoorOpensForWhatWaits(bytes32 seed, uint256 where) public {
        _commit(seed, true);
        uint256 place = where % tokens.length;
        CommittedToken memory token = tokens[place];
        bytes memory data = abi.encode(token.owner, token.uri, _proofOf(place));
        old.mint(STRANGER, token.id);
        bytes memory call = abi.encodeWithSignature(
            "safeTransferFrom(address,address,uint256,bytes)", STRANGER, address(migrated), token.id, data
        );
        if (token.owner != migrated.DOOR()) {
            bytes memory reason = refusalOf(STRANGER, address(old), call);
            require(bytes4(reason) == KIP17Migrated.KIP17NotAtDoor.selector, "the door let in what does not wait");
            require(old.ownerOf(token.id) == STRANGER, "the door kept what it refused");
            return;
        }
        bytes memory forged = abi.encode(token.owner, string.concat(token.uri, "!"), _proofOf(place));
        bytes memory forgedCall = abi.encodeWithSignature(
            "safeTransferFrom(address,address,uint256,bytes)", STRANGER, address(migrated), token.id, forged
        );
        require(refusalOf(STRANGER, address(old), forgedCall).length >= 4, "the door let in another URI");
        if (where % 2 == 0) _migrate(place / batchSize, true);
        require(refusalOf(STRANGER, address(old), call).length == 0, "the door stayed shut");
        require(migrated.ownerOf(token.id) == STRANGER, "the holder has the new token");
        require(old.ownerOf(token.id) == address(migrated), "the door keeps the old token");
        require(keccak256(bytes(migrated.tokenURI(token.id))) == keccak256(bytes(token.uri)), "the URI");
        for (uint256 i = 0; i < proofs.length; i++) _tryMigrate(i, true);
        require(migrated.settledCount() == tokens.length, "a batch after the door settles the rest");
        require(migrated.ownerOf(token.id) == STRANGER, "a batch after the door takes nothing back");
    }

    // --- what is committed to ---

    /// @dev One to sixteen tokens: holders, holes, some at the door; ids of 96 bits and, with URIs of their own, of 256.
    function _commit(bytes32 seed, bool isPacked) private {
        uint256 count = 1 + (uint256(seed) % 16);
        batchSize = 1 + ((uint256(seed) >> 8) % 6);
        for (uint256 i = 0; i < count; i++) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 id = draw % 3 == 0 ? uint256(uint96(draw >> 64)) : (draw >> 64) % 1024;
            if (!isPacked && draw % 5 == 0) id = draw | (1 << 255);
            while (_isCommitted(id)) id = id == type(uint96).max ? 0 : id + 1;
            address owner = address(uint160(0x1000 + ((draw >> 8) % 4)));
            if ((draw >> 16) % 5 == 0) owner = address(0);
            if ((draw >> 16) % 5 == 1) owner = address(uint160(uint256(keccak256("latchkey.KIP17Migrated.door"))));
            string memory uri = string.concat(BASE, id.toString(), ".json");
            if (!isPacked && draw % 2 == 0) uri = string.concat("ipfs://", draw.toHexString());
            if (owner == address(0)) uri = "";
            tokens.push(CommittedToken(id, owner, uri));
            leaves.push(CommitmentTree.leafOf(block.chainid, address(old), tokens[i]));
        }
        bytes32 root;
        (root, proofs) = CommitmentTree.commit(leaves, batchSize);
        KIP17Migrated.Commitment memory commitment =
            KIP17Migrated.Commitment(root, count, block.chainid, address(old), false, BASE, ".json");
        migrated = new KIP17Migrated("New", "NEW", address(this), 0, 1024, commitment);
    }

    function _isCommitted(uint256 id) private view returns (bool) {
        for (uint256 i = 0; i < tokens.length; i++) if (tokens[i].id == id) return true;
        return false;
    }

    function _proofOf(uint256 place) private view returns (bytes32[] memory) {
        bytes32[] memory batch = CommitmentTree.slice(leaves, (place / batchSize) * batchSize, batchSize);
        return CommitmentTree.concat(CommitmentTree.proofOf(batch, place % batchSize), proofs[place / batchSize]);
    }

    // --- how it is brought in ---

    function _sizeOf(uint256 batch) private view returns (uint256) {
        uint256 left = tokens.length - batch * batchSize;
        return left < batchSize ? left : batchSize;
    }

    function _callFor(uint256 batch, bool isPacked) private view returns (bytes memory) {
        uint256 size = _sizeOf(batch);
        bytes32[] memory words = new bytes32[](size);
        address[] memory owners = new address[](size);
        uint256[] memory ids = new uint256[](size);
        string[] memory uris = new string[](size);
        for (uint256 i = 0; i < size; i++) {
            CommittedToken memory token = tokens[batch * batchSize + i];
            (owners[i], ids[i], uris[i]) = (token.owner, token.id, token.uri);
            words[i] = bytes32((uint256(uint160(token.owner)) << 96) | uint96(token.id));
        }
        if (isPacked) return abi.encodeCall(migrated.migrate, (words, proofs[batch]));
        return abi.encodeCall(migrated.migrateWithTokenURI, (owners, ids, uris, proofs[batch]));
    }

    function _migrate(uint256 batch, bool isPacked) private {
        bytes memory reason = _tryMigrate(batch, isPacked);
        if (reason.length > 0) require(bytes4(reason) == KIP17Migrated.KIP17AlreadyMigrated.selector, "was refused");
    }

    function _tryMigrate(uint256 batch, bool isPacked) private returns (bytes memory) {
        return refusalOf(STRANGER, address(migrated), _callFor(batch, isPacked));
    }

    function _requireRefused(bytes memory data, bytes4 expected) private {
        bytes memory reason = refusalOf(address(this), address(migrated), data);
        require(reason.length >= 4 && bytes4(reason) == expected, "was not refused, or with another error");
    }

    function _requireAllSettled() private view {
        uint256 supply = 0;
        for (uint256 i = 0; i < tokens.length; i++) {
            CommittedToken memory token = tokens[i];
            if (token.owner == address(0) || token.owner == migrated.DOOR()) {
                require(migrated.isReserved(token.id), "a hole or a waiting token is not reserved");
                continue;
            }
            supply++;
            require(migrated.ownerOf(token.id) == token.owner, "the owner");
            require(keccak256(bytes(migrated.tokenURI(token.id))) == keccak256(bytes(token.uri)), "the URI");
        }
        require(migrated.totalSupply() == supply && migrated.settledCount() == tokens.length, "the counts");
    }
}
