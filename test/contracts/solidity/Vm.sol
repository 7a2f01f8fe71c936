// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice The commands of the test runner that these tests use.
interface Vm {
    function prank(address sender) external;
    function addr(uint256 privateKey) external pure returns (address account);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 timestamp) external;
    function chainId(uint256 id) external;
}

/// @dev Where the runner listens.
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev The error that a call was refused with; no bytes where it went through.
function refusalOf(address caller, address target, bytes memory data) returns (bytes memory reason) {
    vm.prank(caller);
    (bool succeeded, bytes memory answer) = target.call(data);
    if (succeeded) return "";
    require(answer.length >= 4, "a refusal without an error");
    return answer;
}

function requireRefused(address caller, address target, bytes memory data, bytes memory expected) {
    vm.prank(caller);
    (bool succeeded, bytes memory answer) = target.call(data);
    require(!succeeded, "was not refused");
    require(keccak256(answer) == keccak256(expected), "refused with another error");
}
