// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ConformanceKaiaPreset} from "../../../test/contracts/mocks/ConformanceKaiaPreset.sol";

/// @title A full preset out of @kaiachain/contracts, with batches.
/// @notice Minters only, as the library has it. The deployer has every role.
contract KaiaContractsPeer is ConformanceKaiaPreset {
    /// @param tokens One word each: 20 bytes of owner, 12 bytes of id.
    function mintBatchPacked(bytes32[] calldata tokens) external onlyRole(MINTER_ROLE) {
        for (uint256 i = 0; i < tokens.length; ++i) {
            bytes32 token = tokens[i];
            _mint(address(bytes20(token)), uint96(uint256(token)));
        }
    }

    /// @param owners, ids, uris Of one length.
    function mintBatchWithTokenURI(
        address[] calldata owners,
        uint256[] calldata ids,
        string[] calldata uris
    ) external onlyRole(MINTER_ROLE) {
        for (uint256 i = 0; i < ids.length; ++i) {
            _mint(owners[i], ids[i]);
            _setTokenURI(ids[i], uris[i]);
        }
    }
}
