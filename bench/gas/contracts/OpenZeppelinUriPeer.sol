// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";

/// @title OpenZeppelin's ERC721URIStorage, minted one by one and in batches.
/// @notice Checks no role, enumerates nothing.
contract OpenZeppelinUriPeer is ERC721URIStorage {
    constructor() ERC721("Peer", "PEER") {}

    function mintWithTokenURI(address to, uint256 id, string calldata uri) public returns (bool) {
        _mint(to, id);
        _setTokenURI(id, uri);
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
