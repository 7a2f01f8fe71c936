// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Tells what a view costs, which eth_call does not.
contract GasMeter {
    /// @notice The call failed.
    error CallFailed(bytes reason);

    /// @return gasUsed What the call took, with 2,600 for a target that nobody had touched.
    /// @return answer What it returned.
    function measure(
        address target,
        bytes calldata data
    ) external view returns (uint256 gasUsed, bytes memory answer) {
        uint256 before = gasleft();
        bool succeeded;
        (succeeded, answer) = target.staticcall(data);
        gasUsed = before - gasleft();
        if (!succeeded) revert CallFailed(answer);
    }
}
