// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IKIP17Metadata} from "../interfaces/IKIP17Metadata.sol";
import {KIP17} from "../KIP17.sol";

/**
 * @title Name, symbol, and URIs by pattern: base, id in decimal, suffix.
 * @dev A change of the pattern is announced by ERC-4906. Spec: https://eips.ethereum.org/EIPS/eip-4906
 */
abstract contract KIP17Metadata is KIP17, IKIP17Metadata {
    using Strings for uint256;

    /// @custom:storage-location erc7201:latchkey.KIP17.Metadata
    struct KIP17MetadataStorage {
        string name;
        string symbol;
        string baseURI;
        string uriSuffix;
    }

    bytes32 private constant METADATA_STORAGE = 0xa229dab3f681d8cfa466c605c958f0af77147be9fd7cd5bf05786f12fc404900;

    /// @dev ERC-4906: the metadata of a token may have changed.
    event MetadataUpdate(uint256 _tokenId);

    /// @dev ERC-4906: the metadata of the tokens from one id to another, both included, may have changed.
    event BatchMetadataUpdate(uint256 _fromTokenId, uint256 _toTokenId);

    /// @dev The interface id that ERC-4906 gives; it has no functions of its own to compute one from.
    bytes4 private constant ERC4906_ID = 0x49064906;

    function _metadata() private pure returns (KIP17MetadataStorage storage $) {
        assembly {
            $.slot := METADATA_STORAGE
        }
    }

    function _initMetadata(string memory name_, string memory symbol_) internal {
        KIP17MetadataStorage storage $ = _metadata();
        $.name = name_;
        $.symbol = symbol_;
    }

    /// @inheritdoc KIP17
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return
            interfaceId == type(IKIP17Metadata).interfaceId ||
            interfaceId == ERC4906_ID ||
            super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IKIP17Metadata
    function name() public view virtual returns (string memory) {
        return _metadata().name;
    }

    /// @inheritdoc IKIP17Metadata
    function symbol() public view virtual returns (string memory) {
        return _metadata().symbol;
    }

    /// @notice What every URI by pattern starts with. While it is empty, so are those URIs.
    function baseURI() public view returns (string memory) {
        return _metadata().baseURI;
    }

    /// @notice What every URI by pattern ends with, ".json" for example.
    function uriSuffix() public view returns (string memory) {
        return _metadata().uriSuffix;
    }

    /// @inheritdoc IKIP17Metadata
    function tokenURI(uint256 tokenId) public view virtual returns (string memory) {
        _requireOwned(tokenId);
        return _patternURI(tokenId);
    }

    /// @dev The URI by pattern, whether or not there is such a token.
    function _patternURI(uint256 tokenId) internal view returns (string memory) {
        string memory base = baseURI();
        if (bytes(base).length == 0) return "";
        return string.concat(base, tokenId.toString(), uriSuffix());
    }

    function _setPattern(string memory base, string memory suffix) internal {
        KIP17MetadataStorage storage $ = _metadata();
        $.baseURI = base;
        $.uriSuffix = suffix;
        emit BatchMetadataUpdate(0, type(uint256).max);
    }
}
