// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {KIP17Collection} from "../../../contracts/KIP17Collection.sol";
import {refusalOf, requireRefused, vm} from "./Vm.sol";

/// @notice Single properties of a collection, each for any input.
contract KIP17CollectionFuzz {
    using Strings for uint256;

    uint256 private constant WINDOW_START = 1000;
    uint256 private constant WINDOW_SIZE = 600;
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    KIP17Collection private collection;

    function setUp() public {
        collection = new KIP17Collection("Tickets", "TKT", address(this), WINDOW_START, WINDOW_SIZE);
    }

    function testFuzz_mintGivesTheTokenOnce(uint160 ownerSeed, uint256 id) public {
        address owner = _account(ownerSeed);
        require(collection.mint(owner, id), "mint answers true");
        require(collection.ownerOf(id) == owner && collection.balanceOf(owner) == 1, "the owner has it");
        require(collection.totalSupply() == 1 && collection.tokenByIndex(0) == id, "it is there");
        require(collection.tokenOfOwnerByIndex(owner, 0) == id, "it is the owner's first");
        requireRefused(
            address(this),
            address(collection),
            abi.encodeCall(collection.mint, (owner, id)),
            abi.encodeWithSelector(IERC721Errors.ERC721InvalidSender.selector, address(0))
        );
    }

    function testFuzz_onlyAMinterMints(uint160 strangerSeed, uint256 id) public {
        address stranger = _account(strangerSeed);
        if (collection.isMinter(stranger)) return;
        _refused(stranger, abi.encodeCall(collection.mint, (stranger, id)));
        _refused(stranger, abi.encodeCall(collection.mintWithTokenURI, (stranger, id, "ipfs://x")));
        _refused(stranger, abi.encodeCall(collection.mintBatch, (_addresses(stranger), _ids(id))));
        _refused(stranger, abi.encodeCall(collection.addMinter, (stranger)));
        require(collection.totalSupply() == 0, "nothing was minted");
    }

    function testFuzz_aTransferMovesOneToken(uint160 fromSeed, uint160 toSeed, uint256 id, uint256 other) public {
        address from = _account(fromSeed);
        address to = _account(toSeed);
        if (id == other) return;
        collection.mint(from, id);
        collection.mint(from, other);
        vm.prank(from);
        collection.transferFrom(from, to, id);
        require(collection.ownerOf(id) == to && collection.ownerOf(other) == from, "one token moved");
        require(collection.balanceOf(from) == (from == to ? 2 : 1), "the sender's balance");
        require(collection.balanceOf(to) == (from == to ? 2 : 1), "the receiver's balance");
        require(collection.totalSupply() == 2, "the supply stays");
    }

    function testFuzz_aStrangerMovesNothing(uint160 fromSeed, uint160 strangerSeed, uint256 id) public {
        address from = _account(fromSeed);
        address stranger = _account(strangerSeed);
        if (from == stranger) return;
        collection.mint(from, id);
        _refused(stranger, abi.encodeCall(collection.transferFrom, (from, stranger, id)));
        _refused(stranger, abi.encodeCall(collection.burn, (id)));
        _refused(stranger, abi.encodeCall(collection.approve, (stranger, id)));
        require(collection.ownerOf(id) == from, "it stays where it is");
    }

    function testFuzz_anApprovalServesOnce(uint160 fromSeed, uint160 spenderSeed, uint256 id) public {
        address from = _account(fromSeed);
        address spender = _account(spenderSeed);
        if (from == spender || spender == address(0xbeef)) return;
        collection.mint(from, id);
        vm.prank(from);
        collection.approve(spender, id);
        require(collection.getApproved(id) == spender, "approved");
        vm.prank(spender);
        collection.transferFrom(from, address(0xbeef), id);
        require(collection.getApproved(id) == address(0), "the approval went with the transfer");
        _refused(spender, abi.encodeCall(collection.transferFrom, (address(0xbeef), spender, id)));
    }

    function testFuzz_aBurnedTokenIsGone(uint160 ownerSeed, uint256 id, string calldata uri) public {
        address owner = _account(ownerSeed);
        collection.mintWithTokenURI(owner, id, uri);
        vm.prank(owner);
        collection.burn(id);
        bytes memory unknown = abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, id);
        requireRefused(owner, address(collection), abi.encodeCall(collection.ownerOf, (id)), unknown);
        requireRefused(owner, address(collection), abi.encodeCall(collection.tokenURI, (id)), unknown);
        requireRefused(owner, address(collection), abi.encodeCall(collection.getApproved, (id)), unknown);
        require(collection.totalSupply() == 0 && collection.balanceOf(owner) == 0, "nothing is left");
    }

    function testFuzz_aUriIsKeptByteForByte(uint256 id, string calldata uri) public {
        collection.mintWithTokenURI(address(0xa1), id, uri);
        require(keccak256(bytes(collection.tokenURI(id))) == keccak256(bytes(uri)), "the URI");
    }

    function testFuzz_aUriOfAnyLengthIsKept(uint256 id, bytes32 seed, uint16 length) public {
        bytes memory uri = new bytes(uint256(length) % 300);
        for (uint256 i = 0; i < uri.length; i++) uri[i] = bytes1(uint8(uint256(keccak256(abi.encode(seed, i)))));
        collection.mintWithTokenURI(address(0xa1), id, string(uri));
        require(keccak256(bytes(collection.tokenURI(id))) == keccak256(uri), "the URI");
    }

    function testFuzz_aPatternGivesTheUri(uint256 id, string calldata base, string calldata suffix) public {
        collection.setBaseURI(base, suffix);
        collection.mint(address(0xa1), id);
        string memory expected = bytes(base).length == 0 ? "" : string.concat(base, id.toString(), suffix);
        require(keccak256(bytes(collection.tokenURI(id))) == keccak256(bytes(expected)), "the URI");
    }

    /// @dev Three ways to mint the same tokens leave the same collection behind.
    function testFuzz_batchesAreLoops(uint96[] calldata idSeeds, bytes32 ownerSeed) public {
        (address[] memory owners, uint256[] memory ids) = _distinct(idSeeds, ownerSeed);
        if (ids.length == 0) return;
        KIP17Collection batch = new KIP17Collection("B", "B", address(this), WINDOW_START, WINDOW_SIZE);
        KIP17Collection packedBatch = new KIP17Collection("P", "P", address(this), WINDOW_START, WINDOW_SIZE);
        bytes32[] memory packed = new bytes32[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            collection.mint(owners[i], ids[i]);
            packed[i] = bytes32((uint256(uint160(owners[i])) << 96) | ids[i]);
        }
        batch.mintBatch(owners, ids);
        packedBatch.mintBatchPacked(packed);
        require(collection.totalSupply() == ids.length, "the loop's supply");
        _requireSame(batch, owners, ids);
        _requireSame(packedBatch, owners, ids);
    }

    function testFuzz_aBatchWithADuplicateMintsNothing(uint160 ownerSeed, uint256 id, uint256 other) public {
        uint256[] memory ids = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (id, other, id);
        address[] memory owners = new address[](3);
        (owners[0], owners[1], owners[2]) = (_account(ownerSeed), address(0xb0b), _account(ownerSeed));
        _refused(address(this), abi.encodeCall(collection.mintBatch, (owners, ids)));
        require(collection.totalSupply() == 0 && collection.balanceOf(owners[0]) == 0, "nothing was minted");
    }

    function testFuzz_aPermitServesWhoItNames(uint256 keySeed, uint160 spenderSeed, uint256 id, uint64 secondsLeft) public {
        uint256 key = 1 + (keySeed % (CURVE_ORDER - 1));
        address owner = vm.addr(key);
        address spender = _account(spenderSeed);
        if (owner == spender) return;
        collection.mint(owner, id);
        uint256 deadline = block.timestamp + secondsLeft;
        bytes memory signature = _permitSignature(key, spender, id, deadline);
        _refused(spender, abi.encodeCall(collection.permit, (address(0xbad), id, deadline, signature)));
        _refused(spender, abi.encodeCall(collection.permit, (spender, id, deadline + 1, signature)));
        collection.permit(spender, id, deadline, signature);
        require(collection.getApproved(id) == spender, "approved");
        vm.prank(spender);
        collection.transferFrom(owner, spender, id);
        require(collection.ownerOf(id) == spender, "taken");
        _refused(spender, abi.encodeCall(collection.permit, (spender, id, deadline, signature)));
    }

    function testFuzz_aPermitOfAnotherKeyIsRefused(uint256 keySeed, uint256 otherSeed, uint256 id) public {
        uint256 key = 1 + (keySeed % (CURVE_ORDER - 1));
        uint256 other = 1 + (otherSeed % (CURVE_ORDER - 1));
        if (key == other) return;
        collection.mint(vm.addr(key), id);
        bytes memory signature = _permitSignature(other, address(0xa1), id, block.timestamp);
        _refused(address(this), abi.encodeCall(collection.permit, (address(0xa1), id, block.timestamp, signature)));
        require(collection.getApproved(id) == address(0), "nobody is approved");
    }

    function testFuzz_aLockHoldsUntilItIsLifted(uint160 ownerSeed, uint256 id) public {
        address owner = _account(ownerSeed);
        collection.mint(owner, id);
        collection.lock(id);
        require(collection.locked(id), "locked");
        _refused(owner, abi.encodeCall(collection.transferFrom, (owner, address(0xbeef), id)));
        require(collection.ownerOf(id) == owner, "it stays");
        collection.unlock(id);
        vm.prank(owner);
        collection.transferFrom(owner, address(0xbeef), id);
        require(collection.ownerOf(id) == address(0xbeef), "it goes");
    }

    function testFuzz_aPauseStopsEverything(uint160 ownerSeed, uint256 id, uint256 other) public {
        address owner = _account(ownerSeed);
        if (id == other) return;
        collection.mint(owner, id);
        collection.pause();
        _refused(owner, abi.encodeCall(collection.transferFrom, (owner, address(0xbeef), id)));
        _refused(owner, abi.encodeCall(collection.approve, (address(0xbeef), id)));
        _refused(owner, abi.encodeCall(collection.setApprovalForAll, (address(0xbeef), true)));
        _refused(owner, abi.encodeCall(collection.burn, (id)));
        _refused(address(this), abi.encodeCall(collection.mint, (owner, other)));
        collection.unpause();
        vm.prank(owner);
        collection.burn(id);
    }

    function testFuzz_aRoyaltyIsItsShare(uint128 price, uint16 seed) public {
        uint96 basisPoints = uint96(seed) % 10_001;
        collection.mint(address(0xa1), 1);
        collection.setDefaultRoyalty(address(0xfee), basisPoints);
        (address receiver, uint256 amount) = collection.royaltyInfo(1, price);
        require(amount == (uint256(price) * basisPoints) / 10_000, "the share");
        require(receiver == address(0xfee) || basisPoints == 0, "the receiver");
    }

    function testFuzz_anUnknownInterfaceIsNone(bytes4 id) public view {
        bytes4[14] memory known = [
            bytes4(0x01ffc9a7), 0x80ac58cd, 0x5b5e139f, 0x780e9d63, 0xeab83e20, 0xfac27f46, 0x42966c68, 0x4d5507ff,
            0x2a55205a, 0x49064906, 0xb45a3c0e, 0x5604e225,
            0x7f5828d0, 0xe8a3d485
        ];
        for (uint256 i = 0; i < known.length; i++) if (id == known[i]) return;
        require(!collection.supportsInterface(id), "unknown");
    }

    function _requireSame(KIP17Collection other, address[] memory owners, uint256[] memory ids) private view {
        require(other.totalSupply() == ids.length, "the supply");
        for (uint256 i = 0; i < ids.length; i++) {
            require(other.ownerOf(ids[i]) == owners[i], "the owner");
            require(other.balanceOf(owners[i]) == collection.balanceOf(owners[i]), "the balance");
            require(other.tokenByIndex(i) == collection.tokenByIndex(i), "the place");
        }
    }

    /// @dev Ids in and around the window, and far from it; each once, owners in runs.
    function _distinct(uint96[] calldata seeds, bytes32 ownerSeed)
        private
        pure
        returns (address[] memory owners, uint256[] memory ids)
    {
        uint256 limit = seeds.length < 12 ? seeds.length : 12;
        uint256[] memory found = new uint256[](limit);
        uint256 count = 0;
        for (uint256 i = 0; i < limit; i++) {
            uint256 id = seeds[i] % 3 == 0 ? seeds[i] : WINDOW_START - 20 + (seeds[i] % (WINDOW_SIZE + 40));
            bool isNew = true;
            for (uint256 j = 0; j < count; j++) if (found[j] == id) isNew = false;
            if (isNew) found[count++] = id;
        }
        owners = new address[](count);
        ids = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            ids[i] = found[i];
            owners[i] = address(uint160(0xa0 + (uint256(keccak256(abi.encode(ownerSeed, i / 2))) % 4)));
        }
    }

    function _permitSignature(uint256 key, address spender, uint256 id, uint256 deadline)
        private
        view
        returns (bytes memory)
    {
        bytes32 typeHash = keccak256("Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)");
        bytes32 content = keccak256(abi.encode(typeHash, spender, id, collection.nonces(id), deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", collection.DOMAIN_SEPARATOR(), content));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _refused(address caller, bytes memory data) private {
        require(refusalOf(caller, address(collection), data).length >= 4, "was not refused");
    }

    /// @dev Any account but the zero address.
    function _account(uint160 seed) private pure returns (address) {
        return address(seed == 0 ? 1 : seed);
    }

    function _addresses(address one) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function _ids(uint256 one) private pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = one;
    }
}
