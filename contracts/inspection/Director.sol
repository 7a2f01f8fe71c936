// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outcome, Puppet, Step} from "./Puppet.sol";

/// @title Plays a sequence of calls, each from an address of its own, within one `eth_call`.
/// @notice Never deployed: an inspection hands this code to the node as a code override, and `Puppet` for each address that calls.
/// What a step changes the next ones see, and nothing of it stays.
contract Director {
    /// @dev What the steps' encoding and the bookkeeping around a call take, generously.
    uint256 private constant OVERHEAD = 150_000;
    uint256 private constant OVERHEAD_PER_BYTE = 30;

    /// @notice Plays the steps one after the other. A step that its address cannot play, or that the gas left does not suffice for, is
    /// marked as not played, and so are all after it.
    /// @param keep The longest answer of a step that is handed on, in bytes.
    function play(Step[] calldata steps, uint256 keep) external returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](steps.length);
        for (uint256 i = 0; i < steps.length; i++) {
            if (!_canPlay(steps[i], keep)) break;
            try Puppet(steps[i].from).act(steps[i], keep) returns (Outcome memory outcome) {
                outcomes[i] = outcome;
            } catch {
                break;
            }
            if (!outcomes[i].played) break;
        }
    }

    /// @dev A call passes on at most 63/64 of the gas (EIP-150), and there are two, one inside the other: less than a thirtieth is lost.
    function _canPlay(Step calldata step, uint256 keep) private view returns (bool) {
        uint256 needed = step.gas + step.gas / 30 + OVERHEAD + (step.data.length + keep) * OVERHEAD_PER_BYTE;
        return step.from.code.length != 0 && gasleft() >= needed;
    }
}
