// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title KIP-17 pausing extension.
/// @dev Interface id 0x4d5507ff. Spec: https://kips.kaia.io/KIPs/kip-17
interface IKIP17Pausable {
    event Paused(address account);

    event Unpaused(address account);

    function paused() external view returns (bool);

    function pause() external;

    function unpause() external;

    function isPauser(address account) external view returns (bool);

    function addPauser(address account) external;

    function renouncePauser() external;
}
