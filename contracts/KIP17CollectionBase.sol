// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17} from "./KIP17.sol";
import {KIP17BatchMintable} from "./extensions/KIP17BatchMintable.sol";
import {KIP17Burnable} from "./extensions/KIP17Burnable.sol";
import {KIP17ContractURI} from "./extensions/KIP17ContractURI.sol";
import {KIP17Enumerable} from "./extensions/KIP17Enumerable.sol";
import {KIP17Lock} from "./extensions/KIP17Lock.sol";
import {KIP17MetadataMintable} from "./extensions/KIP17MetadataMintable.sol";
import {KIP17Metadata} from "./extensions/KIP17Metadata.sol";
import {KIP17Pausable} from "./extensions/KIP17Pausable.sol";
import {KIP17Permit} from "./extensions/KIP17Permit.sol";
import {KIP17Royalty} from "./extensions/KIP17Royalty.sol";
import {KIP17URIStorage} from "./extensions/KIP17URIStorage.sol";

/**
 * @title What all presets are: every extension, and who may use it.
 *
 *     owner   metadata, royalty, appointing and dismissing minters and pausers, handing over
 *     minter  minting, locking and unlocking, adding minters
 *     pauser  pausing and unpausing, adding pausers
 */
abstract contract KIP17CollectionBase is
    KIP17Enumerable,
    KIP17BatchMintable,
    KIP17Burnable,
    KIP17Lock,
    KIP17Permit,
    KIP17Royalty,
    KIP17ContractURI,
    KIP17Pausable
{
    bytes4 private constant ERC173_ID = 0x7f5828d0;
    bytes4 private constant ERC7572_ID = 0xe8a3d485;

    /// @dev The first owner is minter and pauser too.
    function _initCollection(
        string memory name_,
        string memory symbol_,
        address firstOwner,
        uint256 windowStart,
        uint256 windowSize
    ) internal {
        _initMetadata(name_, symbol_);
        _initEnumerable(windowStart, windowSize);
        _initOwnable(firstOwner);
        _setMinter(firstOwner, true);
        _setPauser(firstOwner, true);
    }

    /// @inheritdoc KIP17
    function supportsInterface(
        bytes4 interfaceId
    )
        public
        view
        virtual
        override(
            KIP17Enumerable,
            KIP17MetadataMintable,
            KIP17Burnable,
            KIP17Lock,
            KIP17Permit,
            KIP17Royalty,
            KIP17Pausable
        )
        returns (bool)
    {
        return interfaceId == ERC173_ID || interfaceId == ERC7572_ID || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc KIP17Metadata
    function tokenURI(
        uint256 tokenId
    ) public view virtual override(KIP17Metadata, KIP17URIStorage) returns (string memory) {
        return super.tokenURI(tokenId);
    }

    /// @notice Sets what URIs by pattern start and end with.
    function setBaseURI(string calldata base, string calldata suffix) public virtual onlyOwner {
        _setPattern(base, suffix);
    }

    /// @notice Gives an existing token another URI of its own, at most `MAX_URI_LENGTH` bytes.
    function setTokenURI(uint256 tokenId, string calldata uri) public virtual onlyOwner {
        _requireOwned(tokenId);
        _setTokenURI(tokenId, uri);
        emit MetadataUpdate(tokenId);
    }

    function setContractURI(string calldata uri) public virtual onlyOwner {
        _setContractURI(uri);
    }

    /// @param basisPoints hundredths of a percent of the price, at most 10,000.
    function setDefaultRoyalty(address receiver, uint96 basisPoints) public virtual onlyOwner {
        _setDefaultRoyalty(receiver, basisPoints);
    }

    function lock(uint256 tokenId) public virtual onlyMinter {
        _lock(tokenId);
    }

    function unlock(uint256 tokenId) public virtual onlyMinter {
        _unlock(tokenId);
    }

    /// @inheritdoc KIP17
    function _update(
        address to,
        uint256 tokenId,
        address auth
    )
        internal
        virtual
        override(KIP17, KIP17Enumerable, KIP17MetadataMintable, KIP17Lock, KIP17Pausable)
        returns (address)
    {
        return super._update(to, tokenId, auth);
    }

    /// @inheritdoc KIP17
    function _mintBatch(
        address[] memory owners,
        uint256[] memory ids
    ) internal virtual override(KIP17, KIP17Enumerable, KIP17Pausable) {
        super._mintBatch(owners, ids);
    }

    /// @inheritdoc KIP17
    function _approve(address to, uint256 tokenId, address auth) internal virtual override(KIP17, KIP17Pausable) {
        super._approve(to, tokenId, auth);
    }

    /// @inheritdoc KIP17
    function _setApprovalForAll(
        address owner,
        address operator,
        bool approved
    ) internal virtual override(KIP17, KIP17Pausable) {
        super._setApprovalForAll(owner, operator, approved);
    }
}
