// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17Collection} from "../../../contracts/KIP17Collection.sol";
import {vm} from "./Vm.sol";

/// @notice Does to a collection whatever the test runner draws, and keeps its own account of what must have come of it. It
/// reverts where the collection does what it must refuse, or refuses what it must do.
contract CollectionHandler {
    uint256 public constant WINDOW_START = 100;
    uint256 public constant WINDOW_SIZE = 300;
    uint256 private constant FIRST_KEY = 0xa11ce;

    KIP17Collection public immutable collection;
    address[] public actors;
    /// @notice Ids in the window, at its edges, beside it and far from it.
    uint256[] public pool;

    mapping(uint256 id => address) public ownerOf;
    mapping(uint256 id => address) public approved;
    mapping(uint256 id => bool) public isLocked;
    mapping(uint256 id => string) public uriOf;
    mapping(address owner => mapping(address operator => bool)) public isOperator;
    bool public isPaused;

    constructor() {
        collection = new KIP17Collection("Tickets", "TKT", address(this), WINDOW_START, WINDOW_SIZE);
        for (uint256 i = 0; i < 4; i++) actors.push(vm.addr(FIRST_KEY + i));
        for (uint256 i = 0; i < 10; i++) pool.push(WINDOW_START + i * 29);
        pool.push(WINDOW_START + 1);
        pool.push(WINDOW_START + 255);
        pool.push(WINDOW_START + 256);
        pool.push(WINDOW_START + WINDOW_SIZE - 1);
        pool.push(WINDOW_START + WINDOW_SIZE);
        pool.push(WINDOW_START - 1);
        pool.push(0);
        pool.push(type(uint96).max);
        pool.push(uint256(type(uint96).max) + 1);
        pool.push(1 << 255);
        pool.push(type(uint256).max);
    }

    function poolSize() external view returns (uint256) {
        return pool.length;
    }

    function actorCount() external view returns (uint256) {
        return actors.length;
    }

    // --- what is drawn ---

    function mint(uint256 actorSeed, uint256 idSeed) external {
        (address to, uint256 id) = (_actor(actorSeed), _id(idSeed));
        bool succeeded = _call(address(this), abi.encodeCall(collection.mint, (to, id)));
        _require(succeeded, !isPaused && ownerOf[id] == address(0), "mint");
        if (succeeded) _put(id, to, "");
    }

    function mintWithTokenURI(uint256 actorSeed, uint256 idSeed, string calldata uri) external {
        (address to, uint256 id) = (_actor(actorSeed), _id(idSeed));
        bool succeeded = _call(address(this), abi.encodeCall(collection.mintWithTokenURI, (to, id, uri)));
        _require(succeeded, !isPaused && ownerOf[id] == address(0), "mintWithTokenURI");
        if (succeeded) _put(id, to, uri);
    }

    function mintBatch(uint256 seed, uint8 kind) external {
        uint256 count = 1 + (seed % 6);
        address[] memory owners = new address[](count);
        uint256[] memory ids = new uint256[](count);
        string[] memory uris = new string[](count);
        bool isMintable = !isPaused;
        for (uint256 i = 0; i < count; i++) {
            owners[i] = _actor((seed >> (16 * i + 3)) & 0xff);
            // Neighbours in the pool, so that most batches hold no id twice.
            ids[i] = pool[((seed >> 128) + (i * (1 + ((seed >> 120) & 3)))) % pool.length];
            if (kind % 3 == 2) uris[i] = i % 2 == 0 ? "" : "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
            if (ownerOf[ids[i]] != address(0)) isMintable = false;
            for (uint256 j = 0; j < i; j++) if (ids[j] == ids[i]) isMintable = false;
            if (kind % 3 == 1 && ids[i] > type(uint96).max) return;
        }
        bytes memory data = abi.encodeCall(collection.mintBatch, (owners, ids));
        if (kind % 3 == 1) data = abi.encodeCall(collection.mintBatchPacked, (_packed(owners, ids)));
        if (kind % 3 == 2) data = abi.encodeCall(collection.mintBatchWithTokenURI, (owners, ids, uris));
        bool succeeded = _call(address(this), data);
        _require(succeeded, isMintable, "mintBatch");
        if (succeeded) for (uint256 i = 0; i < count; i++) _put(ids[i], owners[i], uris[i]);
    }

    function transfer(uint256 callerSeed, uint256 toSeed, uint256 idSeed, bool isSafe) external {
        (address caller, address to, uint256 id) = (_likelyOwner(callerSeed, idSeed), _actor(toSeed), _id(idSeed));
        address from = ownerOf[id] == address(0) ? caller : ownerOf[id];
        bytes memory data = isSafe
            ? abi.encodeWithSignature("safeTransferFrom(address,address,uint256)", from, to, id)
            : abi.encodeCall(collection.transferFrom, (from, to, id));
        bool succeeded = _call(caller, data);
        _require(succeeded, !isPaused && !isLocked[id] && _mayMove(caller, id), "transfer");
        if (succeeded) (ownerOf[id], approved[id]) = (to, address(0));
    }

    function burn(uint256 callerSeed, uint256 idSeed) external {
        (address caller, uint256 id) = (_likelyOwner(callerSeed, idSeed), _id(idSeed));
        bool succeeded = _call(caller, abi.encodeCall(collection.burn, (id)));
        _require(succeeded, !isPaused && !isLocked[id] && _mayMove(caller, id), "burn");
        if (succeeded) _put(id, address(0), "");
    }

    function approve(uint256 callerSeed, uint256 spenderSeed, uint256 idSeed) external {
        (address caller, address spender, uint256 id) = (_likelyOwner(callerSeed, idSeed), _actor(spenderSeed), _id(idSeed));
        bool succeeded = _call(caller, abi.encodeCall(collection.approve, (spender, id)));
        address owner = ownerOf[id];
        bool isAllowed = owner != address(0) && (caller == owner || isOperator[owner][caller]);
        _require(succeeded, !isPaused && isAllowed, "approve");
        if (succeeded) approved[id] = spender;
    }

    function setApprovalForAll(uint256 callerSeed, uint256 operatorSeed, bool isApproved) external {
        (address caller, address operator) = (_actor(callerSeed), _actor(operatorSeed));
        bool succeeded = _call(caller, abi.encodeCall(collection.setApprovalForAll, (operator, isApproved)));
        _require(succeeded, !isPaused, "setApprovalForAll");
        if (succeeded) isOperator[caller][operator] = isApproved;
    }

    function permit(uint256 signerSeed, uint256 spenderSeed, uint256 idSeed) external {
        (uint256 key, address spender, uint256 id) = (FIRST_KEY + (signerSeed % actors.length), _actor(spenderSeed), _id(idSeed));
        if (ownerOf[id] == address(0)) return;
        bytes32 typeHash = keccak256("Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)");
        bytes32 content = keccak256(abi.encode(typeHash, spender, id, collection.nonces(id), block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", collection.DOMAIN_SEPARATOR(), content)));
        bytes memory signature = abi.encodePacked(r, s, v);
        bool succeeded =
            _call(spender, abi.encodeCall(collection.permit, (spender, id, block.timestamp, signature)));
        _require(succeeded, !isPaused && vm.addr(key) == ownerOf[id], "permit");
        if (succeeded) approved[id] = spender;
    }

    function lock(uint256 idSeed, bool isLock) external {
        uint256 id = _id(idSeed);
        bytes memory data =
            isLock ? abi.encodeCall(collection.lock, (id)) : abi.encodeCall(collection.unlock, (id));
        bool succeeded = _call(address(this), data);
        _require(succeeded, ownerOf[id] != address(0) && isLocked[id] != isLock, "lock");
        if (succeeded) isLocked[id] = isLock;
    }

    function pause(uint256 seed) external {
        // Seldom, or everything is refused half of the time.
        if (!isPaused && seed % 4 != 0) return;
        bytes memory data =
            isPaused ? abi.encodeCall(collection.unpause, ()) : abi.encodeCall(collection.pause, ());
        require(_call(address(this), data), "pause");
        isPaused = !isPaused;
    }

    // --- how it is done ---

    function _put(uint256 id, address owner, string memory uri) private {
        (ownerOf[id], approved[id], isLocked[id], uriOf[id]) = (owner, address(0), false, uri);
    }

    function _call(address caller, bytes memory data) private returns (bool succeeded) {
        vm.prank(caller);
        bytes memory answer;
        (succeeded, answer) = address(collection).call(data);
        require(succeeded || (answer.length >= 4 && bytes4(answer) != 0x4e487b71), "no error, or a panic");
    }

    function _require(bool succeeded, bool expected, string memory what) private pure {
        require(succeeded || !expected, string.concat(what, ": was refused"));
        require(!succeeded || expected, string.concat(what, ": was not refused"));
    }

    function _mayMove(address caller, uint256 id) private view returns (bool) {
        address owner = ownerOf[id];
        if (owner == address(0)) return false;
        return caller == owner || isOperator[owner][caller] || approved[id] == caller;
    }

    /// @dev The owner three times out of four, or nearly nothing would ever move.
    function _likelyOwner(uint256 seed, uint256 idSeed) private view returns (address) {
        address owner = ownerOf[_id(idSeed)];
        return owner == address(0) || seed % 4 == 0 ? _actor(seed / 4) : owner;
    }

    function _actor(uint256 seed) private view returns (address) {
        return actors[seed % actors.length];
    }

    function _id(uint256 seed) private view returns (uint256) {
        return pool[seed % pool.length];
    }

    function _packed(address[] memory owners, uint256[] memory ids) private pure returns (bytes32[] memory words) {
        words = new bytes32[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) words[i] = bytes32((uint256(uint160(owners[i])) << 96) | ids[i]);
    }
}
