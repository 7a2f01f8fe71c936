// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/**
 * @title The collection's admin, who is what marketplaces call its owner.
 *
 * Handed over in two steps, so that it cannot be lost to a mistyped address. Errors and events are those of
 * OpenZeppelin's Ownable2Step. There is no renouncing: roles are given and taken here, and a collection whose last
 * pauser left would stay frozen.
 *
 * @dev Interface id of ERC-173 0x7f5828d0. Spec: https://eips.ethereum.org/EIPS/eip-173
 */
abstract contract KIP17Ownable {
    /// @custom:storage-location erc7201:latchkey.KIP17.Ownable
    struct KIP17OwnableStorage {
        address owner;
        address pendingOwner;
    }

    bytes32 private constant OWNABLE_STORAGE = 0xa2e54de3bc0ae7609ebef693b0268d818e747a21cebb42ea03a4480a80f52400;

    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);

    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    error OwnableUnauthorizedAccount(address account);

    error OwnableInvalidOwner(address owner);

    modifier onlyOwner() {
        if (msg.sender != owner()) revert OwnableUnauthorizedAccount(msg.sender);
        _;
    }

    function _ownable() private pure returns (KIP17OwnableStorage storage $) {
        assembly {
            $.slot := OWNABLE_STORAGE
        }
    }

    function _initOwnable(address firstOwner) internal {
        if (firstOwner == address(0)) revert OwnableInvalidOwner(address(0));
        _setOwner(firstOwner);
    }

    function owner() public view returns (address) {
        return _ownable().owner;
    }

    /// @notice Who has been offered the ownership; zero if nobody.
    function pendingOwner() public view returns (address) {
        return _ownable().pendingOwner;
    }

    /// @notice Offers the ownership. Nothing changes hands until {acceptOwnership}; zero withdraws the offer.
    function transferOwnership(address newOwner) public onlyOwner {
        _ownable().pendingOwner = newOwner;
        emit OwnershipTransferStarted(owner(), newOwner);
    }

    function acceptOwnership() public {
        if (msg.sender != pendingOwner()) revert OwnableUnauthorizedAccount(msg.sender);
        _setOwner(msg.sender);
    }

    function _setOwner(address newOwner) private {
        KIP17OwnableStorage storage $ = _ownable();
        address previousOwner = $.owner;
        delete $.pendingOwner;
        $.owner = newOwner;
        emit OwnershipTransferred(previousOwner, newOwner);
    }
}
