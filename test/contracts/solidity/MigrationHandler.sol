// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17Collection} from "../../../contracts/KIP17Collection.sol";
import {KIP17Migrated} from "../../../contracts/KIP17Migrated.sol";
import {CommitmentTree, CommittedToken} from "./CommitmentTree.sol";
import {refusalOf, vm} from "./Vm.sol";

/// @notice Carries on a migration in whatever order the test runner draws, while old tokens move and new ones are burned.
contract MigrationHandler {
    uint256 public constant COUNT = 18;
    uint256 private constant BATCH = 4;
    address private constant DOOR = address(uint160(uint256(keccak256("latchkey.KIP17Migrated.door"))));

    KIP17Collection public immutable old;
    KIP17Migrated public immutable migrated;
    CommittedToken[] private tokens;
    bytes32[] private leaves;
    bytes32[][] private proofs;
    /// @notice Who has the new token; and whether the id was ever used.
    mapping(uint256 id => address) public ownerOf;
    mapping(uint256 id => bool) public wasUsed;
    bool public isSealed;

    constructor() {
        old = new KIP17Collection("Old", "OLD", address(this), 0, 64);
        for (uint256 i = 0; i < COUNT; i++) {
            address owner = actor(i);
            if (i % 6 == 4) owner = address(0);
            if (i % 6 == 5) owner = DOOR;
            tokens.push(CommittedToken(i, owner, i % 6 == 4 ? "" : "ipfs://one-for-all"));
            leaves.push(CommitmentTree.leafOf(block.chainid, address(old), tokens[i]));
            if (owner != address(0)) old.mint(actor(i), i);
        }
        bytes32 root;
        (root, proofs) = CommitmentTree.commit(leaves, BATCH);
        KIP17Migrated.Commitment memory commitment =
            KIP17Migrated.Commitment(root, COUNT, block.chainid, address(old), true, "", "");
        migrated = new KIP17Migrated("New", "NEW", address(this), 0, 64, commitment);
    }

    function actor(uint256 seed) public pure returns (address) {
        return address(uint160(0xa0 + (seed % 4)));
    }

    // --- what is drawn ---

    function migrate(uint256 seed) external {
        uint256 batch = seed % proofs.length;
        uint256 size = COUNT - batch * BATCH < BATCH ? COUNT - batch * BATCH : BATCH;
        address[] memory owners = new address[](size);
        uint256[] memory ids = new uint256[](size);
        string[] memory uris = new string[](size);
        bool isFresh = false;
        for (uint256 i = 0; i < size; i++) {
            CommittedToken memory token = tokens[batch * BATCH + i];
            (owners[i], ids[i], uris[i]) = (token.owner, token.id, token.uri);
            if (!migrated.isReserved(token.id) && !wasUsed[token.id]) isFresh = true;
        }
        bytes memory data = abi.encodeCall(migrated.migrateWithTokenURI, (owners, ids, uris, proofs[batch]));
        bytes memory reason = refusalOf(actor(seed), address(migrated), data);
        require((reason.length == 0) == isFresh, "migrate: refused what is fresh, or took what is not");
        if (reason.length > 0) return;
        for (uint256 i = 0; i < size; i++) {
            bool isHeld = owners[i] != address(0) && owners[i] != DOOR;
            if (isHeld && !wasUsed[ids[i]] && !migrated.isReserved(ids[i])) _put(ids[i], owners[i]);
        }
    }

    function moveOld(uint256 seed, uint256 toSeed) external {
        uint256 id = seed % COUNT;
        if (id % 6 == 4) return;
        address holder = old.ownerOf(id);
        if (holder == address(migrated)) return;
        vm.prank(holder);
        old.transferFrom(holder, actor(toSeed), id);
    }

    /// @dev What anybody can do on some old contracts, and what must open no door.
    function forgeOld(uint256 seed) external {
        uint256 id = seed % 2 == 0 ? 4 + 6 * (seed % 3) : COUNT + (seed % 8);
        if (refusalOf(address(this), address(old), abi.encodeCall(old.mint, (actor(seed), id))).length > 0) return;
        uint256 claimed = id < COUNT ? id : seed % COUNT;
        require(_knock(actor(seed), id, claimed).length > 0, "the door let in a forged token");
    }

    function walkThroughTheDoor(uint256 seed) external {
        uint256 id = seed % COUNT;
        if (id % 6 == 4) return;
        address holder = old.ownerOf(id);
        if (holder == address(migrated)) return;
        bool waits = tokens[id].owner == DOOR || migrated.isReserved(id);
        bytes memory reason = _knock(holder, id, id);
        require((reason.length == 0) == waits, "the door: shut for who waits, or open for who does not");
        if (reason.length == 0) _put(id, holder);
    }

    function burn(uint256 seed) external {
        uint256 id = seed % (COUNT + 8);
        address holder = ownerOf[id];
        // Seldom: what is burned does not come back.
        if (holder == address(0) || seed % 3 != 0) return;
        vm.prank(holder);
        migrated.burn(id);
        ownerOf[id] = address(0);
    }

    function mint(uint256 seed) external {
        uint256 id = seed % (COUNT + 8);
        bytes memory reason = refusalOf(address(this), address(migrated), abi.encodeCall(migrated.mint, (actor(seed), id)));
        bool isFree = isSealed && id >= COUNT && !wasUsed[id];
        require((reason.length == 0) == isFree, "mint: refused a free id, or took another");
        if (isFree) _put(id, actor(seed));
    }

    function seal() external {
        bool isComplete = !isSealed && migrated.settledCount() == COUNT;
        bytes memory reason = refusalOf(address(this), address(migrated), abi.encodeCall(migrated.seal, ()));
        require((reason.length == 0) == isComplete, "seal: too early, or never");
        if (isComplete) isSealed = true;
    }

    // --- how it is done ---

    function _put(uint256 id, address owner) private {
        require(!wasUsed[id], "an id was used twice");
        (wasUsed[id], ownerOf[id]) = (true, owner);
    }

    function _knock(address holder, uint256 id, uint256 claimed) private returns (bytes memory reason) {
        bytes32[] memory batch = CommitmentTree.slice(leaves, (claimed / BATCH) * BATCH, BATCH);
        bytes32[] memory proof = CommitmentTree.concat(CommitmentTree.proofOf(batch, claimed % BATCH), proofs[claimed / BATCH]);
        bytes memory data = abi.encode(tokens[claimed].owner, tokens[claimed].uri, proof);
        return refusalOf(
            holder,
            address(old),
            abi.encodeWithSignature(
                "safeTransferFrom(address,address,uint256,bytes)", holder, address(migrated), id, data
            )
        );
    }
}
