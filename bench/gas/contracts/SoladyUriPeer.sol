// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibString} from "solady/src/utils/LibString.sol";
import {SoladyPeer} from "./SoladyPeer.sol";

/// @title Solady's ERC721 with a URI a token in Solady's compact string storage.
contract SoladyUriPeer is SoladyPeer {
    using LibString for LibString.StringStorage;

    mapping(uint256 id => LibString.StringStorage) private _uris;

    function tokenURI(uint256 id) public view override returns (string memory) {
        if (!_exists(id)) revert TokenDoesNotExist();
        return _uris[id].get();
    }

    function mintWithTokenURI(address to, uint256 id, string calldata uri) public returns (bool) {
        _mint(to, id);
        _uris[id].setCalldata(uri);
        return true;
    }

    /// @param owners, ids, uris Of one length.
    function mintBatchWithTokenURI(
        address[] calldata owners,
        uint256[] calldata ids,
        string[] calldata uris
    ) external {
        for (uint256 i = 0; i < ids.length; ++i) mintWithTokenURI(owners[i], ids[i], uris[i]);
    }
}
