// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {KIP17MetadataMintable} from "./KIP17MetadataMintable.sol";

/**
 * @title Minting given ids to given owners, many in one transaction.
 *
 * All or nothing: a zero owner, an id that exists or an id that comes twice reverts the whole batch. Receivers are not
 * asked, since one of them could refuse all. Sort by owner, then by id, to pay the least.
 */
abstract contract KIP17BatchMintable is KIP17MetadataMintable {
    /// @notice Mints `ids[i]` to `owners[i]`.
    function mintBatch(address[] calldata owners, uint256[] calldata ids) public virtual onlyMinter {
        _mintBatchByMinter(owners, ids);
    }

    /**
     * @notice Mints with the smallest calldata.
     * @param tokens one word a token: 20 bytes of owner, then 12 bytes of id.
     */
    function mintBatchPacked(bytes32[] calldata tokens) public virtual onlyMinter {
        (address[] memory owners, uint256[] memory ids) = _unpack(tokens);
        _mintBatchByMinter(owners, ids);
    }

    /// @notice Mints `ids[i]` to `owners[i]` with the URI `uris[i]` of its own.
    function mintBatchWithTokenURI(
        address[] calldata owners,
        uint256[] calldata ids,
        string[] calldata uris
    ) public virtual onlyMinter {
        if (uris.length != ids.length) revert KIP17LengthMismatch(uris.length, ids.length);
        _mintBatchByMinter(owners, ids);
        for (uint256 i = 0; i < ids.length; ++i) _setTokenURI(ids[i], uris[i]);
    }

    /// @dev Where {_checkMintable} is overridden, so is this: it asks nothing, to save a look at every id.
    function _mintBatchByMinter(address[] memory owners, uint256[] memory ids) internal virtual {
        _mintBatch(owners, ids);
    }

    function _unpack(bytes32[] calldata tokens) internal pure returns (address[] memory owners, uint256[] memory ids) {
        uint256 length = tokens.length;
        owners = new address[](length);
        ids = new uint256[](length);
        unchecked {
            for (uint256 i = 0; i < length; ++i) {
                uint256 token = uint256(tokens[i]);
                owners[i] = address(uint160(token >> 96));
                ids[i] = uint96(token);
            }
        }
    }
}
