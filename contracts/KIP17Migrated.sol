// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {KIP17CollectionBase} from "./KIP17CollectionBase.sol";
import {IKIP17Receiver} from "./interfaces/IKIP17Receiver.sol";

/**
 * @title A collection that takes over from an old one, whose tokens it commits to as it is deployed.
 *
 * The commitment is the root of a Merkle tree with one leaf for each id of the old collection:
 *
 *     keccak256(bytes.concat(keccak256(abi.encode(oldChainId, oldContract, id, owner, keccak256(bytes(uri))))))
 *
 *     owner   who gets the token, or
 *     zero    a hole: the id was burned, and stays so
 *     DOOR    waits at the door: its holder sends the old token in and gets the new one
 *
 * Inner nodes are keccak256 of their children, the smaller one first; a node without a sibling moves up as it is.
 *
 * Batches under that root are submitted by anybody, in any order, and again: nobody, the owner included, can bring in
 * another owner or another URI. Once every committed id is settled, the owner seals, and from then on minters mint
 * ids that the old collection never had.
 */
contract KIP17Migrated is KIP17CollectionBase, IKIP17Receiver, IERC721Receiver {
    using BitMaps for BitMaps.BitMap;

    struct Commitment {
        bytes32 root;
        // How many leaves there are.
        uint256 count;
        uint256 oldChainId;
        address oldContract;
        // Whether each token's owner is compared with the old contract as it is minted: it has to be on this chain. Not
        // together with leaves that give a token to somebody else than its owner there.
        bool compareWithOld;
        // The pattern of the URIs, in force as the batches come in.
        string baseURI;
        string uriSuffix;
    }

    /// @notice Stands in a leaf for the owner of a token that waits at the door.
    address public constant DOOR = address(uint160(uint256(keccak256("latchkey.KIP17Migrated.door"))));

    /// @dev What is left of a call's gas after the old contract used up its share, 63 parts of 64, has to be more: so
    /// that starving it takes an `ownerOf` of more than six million gas.
    uint256 private constant MIN_GAS_LEFT = 100_000;

    bytes32 public immutable root;
    uint256 public immutable committedCount;
    uint256 public immutable oldChainId;
    address public immutable oldContract;
    bool public immutable compareWithOld;

    /// @notice How many of the committed ids have been minted here, or are kept from being minted.
    uint256 public settledCount;

    /// @notice Whether the migration is over.
    bool public isSealed;

    BitMaps.BitMap private _reserved;
    BitMaps.BitMap private _leftAtDoor;

    event Migrated(address indexed by, uint256 count);

    /// @dev The old token has changed hands since the commitment: its present holder comes to the door.
    event LeftAtDoor(uint256 indexed tokenId);

    event Sealed(uint256 count);

    error KIP17InvalidCommitment();
    error KIP17InvalidProof();
    error KIP17AlreadyMigrated();
    error KIP17MigrationOpen();
    error KIP17MigrationIncomplete(uint256 settled, uint256 committed);
    error KIP17IdReserved(uint256 tokenId);
    error KIP17NotOldContract(address caller);
    error KIP17NotAtDoor(uint256 tokenId);
    error KIP17InsufficientGas();

    constructor(
        string memory name_,
        string memory symbol_,
        address owner_,
        uint256 windowStart,
        uint256 windowSize,
        Commitment memory commitment
    ) {
        if (
            commitment.root == 0 ||
            commitment.count == 0 ||
            commitment.oldContract == address(0) ||
            (commitment.compareWithOld && commitment.oldChainId != block.chainid)
        ) revert KIP17InvalidCommitment();

        _initCollection(name_, symbol_, owner_, windowStart, windowSize);
        _setPattern(commitment.baseURI, commitment.uriSuffix);
        root = commitment.root;
        committedCount = commitment.count;
        oldChainId = commitment.oldChainId;
        oldContract = commitment.oldContract;
        compareWithOld = commitment.compareWithOld;
    }

    /// @notice Whether the id is a hole, or a token that waits, or waited, at the door.
    function isReserved(uint256 tokenId) public view returns (bool) {
        return _reserved.get(tokenId);
    }

    /**
     * @notice Settles a batch of tokens whose URIs follow the pattern, and of holes.
     *
     * What is settled already is passed over, so that nobody can hold up a batch by bringing in a part of it first.
     *
     * @param tokens one word a token: 20 bytes of owner, then 12 bytes of id.
     * @param proof from the node over these leaves to the root.
     */
    function migrate(bytes32[] calldata tokens, bytes32[] calldata proof) public virtual {
        (address[] memory owners, uint256[] memory ids) = _unpack(tokens);
        bytes32[] memory leaves = new bytes32[](ids.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            string memory uri = owners[i] == address(0) ? "" : _patternURI(ids[i]);
            leaves[i] = _leaf(ids[i], owners[i], uri);
        }
        _checkProof(_fold(leaves), proof);
        _settle(owners, ids, new string[](0));
    }

    /// @notice As {migrate}, for any id and any URI.
    function migrateWithTokenURI(
        address[] memory owners,
        uint256[] memory ids,
        string[] memory uris,
        bytes32[] calldata proof
    ) public virtual {
        if (owners.length != ids.length) revert KIP17LengthMismatch(owners.length, ids.length);
        if (uris.length != ids.length) revert KIP17LengthMismatch(uris.length, ids.length);
        bytes32[] memory leaves = new bytes32[](ids.length);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = _leaf(ids[i], owners[i], uris[i]);
        _checkProof(_fold(leaves), proof);
        _settle(owners, ids, uris);
    }

    /// @notice Ends the migration. Only once every committed id is settled.
    function seal() public virtual onlyOwner {
        if (isSealed) revert KIP17AlreadyMigrated();
        if (settledCount != committedCount) revert KIP17MigrationIncomplete(settledCount, committedCount);
        isSealed = true;
        emit Sealed(settledCount);
    }

    /// @inheritdoc IKIP17Receiver
    /// @dev The door. `data` is `abi.encode(address committed, string uri, bytes32[] proof)`, where `committed` is the
    /// owner in the token's leaf: DOOR, unless the token was left at the door.
    function onKIP17Received(
        address,
        address from,
        uint256 tokenId,
        bytes calldata data
    ) public virtual returns (bytes4) {
        _enter(from, tokenId, data);
        return IKIP17Receiver.onKIP17Received.selector;
    }

    /// @inheritdoc IERC721Receiver
    /// @dev The door, as {onKIP17Received}.
    function onERC721Received(
        address,
        address from,
        uint256 tokenId,
        bytes calldata data
    ) public virtual returns (bytes4) {
        _enter(from, tokenId, data);
        return IERC721Receiver.onERC721Received.selector;
    }

    /// @dev The pattern is part of the commitment until the migration is over.
    function setBaseURI(string calldata base, string calldata suffix) public virtual override {
        if (!isSealed) revert KIP17MigrationOpen();
        super.setBaseURI(base, suffix);
    }

    /// @dev The URIs are part of it too.
    function setTokenURI(uint256 tokenId, string calldata uri) public virtual override {
        if (!isSealed) revert KIP17MigrationOpen();
        super.setTokenURI(tokenId, uri);
    }

    /// @dev Minters mint once the migration is over, and only ids that the old collection never had.
    function _checkMintable(uint256 tokenId) internal view virtual override {
        if (!isSealed) revert KIP17MigrationOpen();
        if (_isSettled(tokenId)) revert KIP17IdReserved(tokenId);
        super._checkMintable(tokenId);
    }

    function _mintBatchByMinter(address[] memory owners, uint256[] memory ids) internal virtual override {
        for (uint256 i = 0; i < ids.length; ++i) _checkMintable(ids[i]);
        super._mintBatchByMinter(owners, ids);
    }

    /// @dev A committed id is settled once it was minted here, even if it was burned since, or is reserved. After the
    /// seal it also holds for an id that minters minted and its holder burned: ids are used once.
    function _isSettled(uint256 tokenId) private view returns (bool) {
        return _wasMinted(tokenId) || _reserved.get(tokenId);
    }

    /// @dev Mints or reserves what is not settled yet. No `uris` at all stands for URIs by pattern.
    function _settle(address[] memory owners, uint256[] memory ids, string[] memory uris) private {
        uint256 fresh = 0;
        uint256 minted = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            (address owner, uint256 tokenId) = (owners[i], ids[i]);
            if (_isSettled(tokenId)) continue;
            ++fresh;
            if (owner == address(0) || owner == DOOR) {
                _reserved.set(tokenId);
                continue;
            }
            if (compareWithOld) {
                address current = _oldOwnerOf(tokenId);
                if (current != owner) {
                    _reserved.set(tokenId);
                    // A token that is gone has become a hole.
                    if (current != address(0)) {
                        _leftAtDoor.set(tokenId);
                        emit LeftAtDoor(tokenId);
                    }
                    continue;
                }
            }
            if (uris.length != 0) _keepURI(tokenId, uris[i]);
            // What is to be minted moves to the front of the arrays that it came in.
            (owners[minted], ids[minted]) = (owner, tokenId);
            ++minted;
        }
        if (fresh == 0) revert KIP17AlreadyMigrated();
        settledCount += fresh;
        emit Migrated(msg.sender, fresh);

        if (minted == 0) return;
        assembly ("memory-safe") {
            mstore(owners, minted)
            mstore(ids, minted)
        }
        _mintBatch(owners, ids);
    }

    /// @dev Gives a token a URI of its own, unless the pattern gives the same.
    function _keepURI(uint256 tokenId, string memory uri) private {
        if (keccak256(bytes(uri)) != keccak256(bytes(_patternURI(tokenId)))) _setTokenURI(tokenId, uri);
    }

    /// @return current zero if the old contract knows no such token.
    function _oldOwnerOf(uint256 tokenId) private view returns (address current) {
        try IERC721(oldContract).ownerOf(tokenId) returns (address owner) {
            return owner;
        } catch {
            // Whoever submits sets the gas: a call that ran out of it must not pass for a token that is gone.
            if (gasleft() < MIN_GAS_LEFT) revert KIP17InsufficientGas();
            return address(0);
        }
    }

    /**
     * @dev An old token has been sent in by the old contract: it stays here for ever, and `from` gets the new one. To
     * hold an old token proves nothing, since some old contracts let anybody mint: its id has to be committed as
     * waiting, or to have been left at the door.
     */
    function _enter(address from, uint256 tokenId, bytes calldata data) private {
        if (msg.sender != oldContract || block.chainid != oldChainId) revert KIP17NotOldContract(msg.sender);
        (address committed, string memory uri, bytes32[] memory proof) = abi.decode(data, (address, string, bytes32[]));
        if (MerkleProof.processProof(proof, _leaf(tokenId, committed, uri)) != root) revert KIP17InvalidProof();

        bool waits = committed == DOOR || _leftAtDoor.get(tokenId);
        if (!waits || IERC721(oldContract).ownerOf(tokenId) != address(this)) revert KIP17NotAtDoor(tokenId);
        if (_wasMinted(tokenId)) revert KIP17AlreadyMigrated();

        if (!isReserved(tokenId)) {
            _reserved.set(tokenId);
            settledCount += 1;
        }
        _keepURI(tokenId, uri);
        _mint(from, tokenId);
    }

    function _leaf(uint256 tokenId, address owner, string memory uri) private view returns (bytes32) {
        bytes32 once = keccak256(abi.encode(oldChainId, oldContract, tokenId, owner, keccak256(bytes(uri))));
        return keccak256(bytes.concat(once));
    }

    /// @dev The node over a batch's leaves. Overwrites `nodes`.
    function _fold(bytes32[] memory nodes) private pure returns (bytes32) {
        uint256 length = nodes.length;
        if (length == 0) revert KIP17EmptyBatch();
        while (length > 1) {
            uint256 pairs = length / 2;
            for (uint256 i = 0; i < pairs; ++i) {
                nodes[i] = Hashes.commutativeKeccak256(nodes[2 * i], nodes[2 * i + 1]);
            }
            if (length % 2 == 1) nodes[pairs] = nodes[length - 1];
            length = (length + 1) / 2;
        }
        return nodes[0];
    }

    function _checkProof(bytes32 node, bytes32[] calldata proof) private view {
        if (MerkleProof.processProofCalldata(proof, node) != root) revert KIP17InvalidProof();
    }
}
