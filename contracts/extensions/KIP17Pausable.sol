// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IKIP17Pausable} from "../interfaces/IKIP17Pausable.sol";
import {KIP17} from "../KIP17.sol";
import {KIP17Ownable} from "./KIP17Ownable.sol";
import {KIP17Shared} from "./KIP17Shared.sol";

/**
 * @title Pausing: while paused, no token is minted, transferred or burned, and nothing is approved.
 *
 * As the KIP asks, pausers add pausers and renounce for themselves. The owner appoints and dismisses them as well, so
 * that a stolen key can be taken out, and a collection whose last pauser left can be started again. Errors are those of
 * OpenZeppelin's Pausable.
 */
abstract contract KIP17Pausable is KIP17, KIP17Ownable, KIP17Shared, IKIP17Pausable {
    /// @custom:storage-location erc7201:latchkey.KIP17.Pausable
    struct KIP17PausableStorage {
        mapping(address account => bool) pausers;
    }

    bytes32 private constant PAUSABLE_STORAGE = 0xdf92630bcbcd31264e9b49cfb4dd27ffa256e0ae27bb047cf2e8b9abfa454d00;

    event PauserAdded(address indexed account);

    event PauserRemoved(address indexed account);

    error EnforcedPause();

    error ExpectedPause();

    error KIP17NotPauser(address account);

    modifier onlyPauser() {
        if (!isPauser(msg.sender)) revert KIP17NotPauser(msg.sender);
        _;
    }

    function _pausable() private pure returns (KIP17PausableStorage storage $) {
        assembly {
            $.slot := PAUSABLE_STORAGE
        }
    }

    /// @inheritdoc KIP17
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IKIP17Pausable).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IKIP17Pausable
    function paused() public view returns (bool) {
        return _shared().paused;
    }

    /// @inheritdoc IKIP17Pausable
    function isPauser(address account) public view returns (bool) {
        return _pausable().pausers[account];
    }

    /// @inheritdoc IKIP17Pausable
    function pause() public onlyPauser {
        _requireNotPaused();
        _shared().paused = true;
        emit Paused(msg.sender);
    }

    /// @inheritdoc IKIP17Pausable
    function unpause() public onlyPauser {
        if (!paused()) revert ExpectedPause();
        _shared().paused = false;
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc IKIP17Pausable
    function addPauser(address account) public onlyPauser {
        _setPauser(account, true);
    }

    /// @inheritdoc IKIP17Pausable
    function renouncePauser() public onlyPauser {
        _setPauser(msg.sender, false);
    }

    /// @notice The owner appoints or dismisses a pauser.
    function setPauser(address account, bool allowed) public onlyOwner {
        _setPauser(account, allowed);
    }

    function _setPauser(address account, bool allowed) internal {
        KIP17PausableStorage storage $ = _pausable();
        if ($.pausers[account] == allowed) return;
        $.pausers[account] = allowed;
        if (allowed) emit PauserAdded(account);
        else emit PauserRemoved(account);
    }

    function _requireNotPaused() internal view {
        if (paused()) revert EnforcedPause();
    }

    /// @inheritdoc KIP17
    function _update(address to, uint256 tokenId, address auth) internal virtual override returns (address) {
        _requireNotPaused();
        return super._update(to, tokenId, auth);
    }

    /// @inheritdoc KIP17
    function _mintBatch(address[] memory owners, uint256[] memory ids) internal virtual override {
        _requireNotPaused();
        super._mintBatch(owners, ids);
    }

    /// @inheritdoc KIP17
    function _approve(address to, uint256 tokenId, address auth) internal virtual override {
        _requireNotPaused();
        super._approve(to, tokenId, auth);
    }

    /// @inheritdoc KIP17
    function _setApprovalForAll(address owner, address operator, bool approved) internal virtual override {
        _requireNotPaused();
        super._setApprovalForAll(owner, operator, approved);
    }
}
