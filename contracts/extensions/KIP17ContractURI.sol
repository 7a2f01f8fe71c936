// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/**
 * @title Metadata of the collection itself.
 * @dev Interface id 0xe8a3d485. Spec: https://eips.ethereum.org/EIPS/eip-7572
 */
abstract contract KIP17ContractURI {
    /// @custom:storage-location erc7201:latchkey.KIP17.ContractURI
    struct KIP17ContractURIStorage {
        string uri;
    }

    bytes32 private constant CONTRACT_URI_STORAGE = 0x1525e13c6cb5f60ded2daf8f3cf65dc665ee137d58c701d949180b25662a4900;

    event ContractURIUpdated();

    function _contractURI() private pure returns (KIP17ContractURIStorage storage $) {
        assembly {
            $.slot := CONTRACT_URI_STORAGE
        }
    }

    /// @notice Where the collection's name, image and links are described.
    function contractURI() public view virtual returns (string memory) {
        return _contractURI().uri;
    }

    function _setContractURI(string memory uri) internal {
        _contractURI().uri = uri;
        emit ContractURIUpdated();
    }
}
