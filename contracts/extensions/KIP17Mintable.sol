// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IKIP17Mintable} from "../interfaces/IKIP17Mintable.sol";
import {KIP17} from "../KIP17.sol";
import {KIP17Ownable} from "./KIP17Ownable.sol";

/**
 * @title Minting by minters.
 *
 * As the KIP asks, minters add minters and renounce for themselves. The owner appoints and dismisses them as well, so
 * that a stolen key can be taken out.
 */
abstract contract KIP17Mintable is KIP17, KIP17Ownable, IKIP17Mintable {
    /// @custom:storage-location erc7201:latchkey.KIP17.Mintable
    struct KIP17MintableStorage {
        mapping(address account => bool) minters;
    }

    bytes32 private constant MINTABLE_STORAGE = 0x8fcada4bdc4410afa48a632c6b4e0fd2783f8b84a332aa05fc0ee26bf5ba4500;

    event MinterAdded(address indexed account);

    event MinterRemoved(address indexed account);

    error KIP17NotMinter(address account);

    modifier onlyMinter() {
        if (!isMinter(msg.sender)) revert KIP17NotMinter(msg.sender);
        _;
    }

    function _mintable() private pure returns (KIP17MintableStorage storage $) {
        assembly {
            $.slot := MINTABLE_STORAGE
        }
    }

    /// @inheritdoc KIP17
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IKIP17Mintable).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IKIP17Mintable
    function isMinter(address account) public view returns (bool) {
        return _mintable().minters[account];
    }

    /// @inheritdoc IKIP17Mintable
    function addMinter(address account) public onlyMinter {
        _setMinter(account, true);
    }

    /// @inheritdoc IKIP17Mintable
    function renounceMinter() public onlyMinter {
        _setMinter(msg.sender, false);
    }

    /// @notice The owner appoints or dismisses a minter.
    function setMinter(address account, bool allowed) public onlyOwner {
        _setMinter(account, allowed);
    }

    /// @inheritdoc IKIP17Mintable
    function mint(address to, uint256 tokenId) public virtual onlyMinter returns (bool) {
        _checkMintable(tokenId);
        _mint(to, tokenId);
        return true;
    }

    function _setMinter(address account, bool allowed) internal {
        KIP17MintableStorage storage $ = _mintable();
        if ($.minters[account] == allowed) return;
        $.minters[account] = allowed;
        if (allowed) emit MinterAdded(account);
        else emit MinterRemoved(account);
    }

    /// @dev Asked before a minter mints one id. To be overridden where some ids are not the minters' to give, together
    /// with {KIP17BatchMintable-_mintBatchByMinter}.
    function _checkMintable(uint256 tokenId) internal view virtual {}
}
