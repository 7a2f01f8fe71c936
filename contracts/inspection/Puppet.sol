// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One call of a sequence that is played, not sent.
struct Step {
    address from;
    address to;
    /// What the called contract may use, at most.
    uint256 gas;
    bytes data;
}

/// @notice How a step ended. All zero: it was not played.
struct Outcome {
    bool played;
    bool succeeded;
    /// What the call used, with what reaching the contract for the first time costs.
    uint256 gasUsed;
    /// The length of what the contract answered; `data` may be cut.
    uint256 size;
    bytes data;
}

/// @title Stands at an address for the length of one `eth_call` and calls whom the director says.
/// @notice Never deployed: an inspection hands this code to the node as a code override. So a contract sees the address as `msg.sender`
/// although nobody holds its key. To all others than the director it is an account that takes tokens and otherwise does nothing.
contract Puppet {
    /// @dev The last 20 bytes of keccak256("latchkey.inspection.director"): nobody's address. An override has no constructor to set it.
    address internal constant DIRECTOR = 0x65d15C6FE883Ef6833221BAB093eAACD806a0A3B;

    /// @notice Takes what it is called with and does nothing.
    fallback() external {}

    /// @notice Calls as this address.
    /// @param keep The longest answer that is handed on, in bytes; of a longer one the beginning.
    function act(Step calldata step, uint256 keep) external returns (Outcome memory outcome) {
        if (msg.sender != DIRECTOR) return outcome;
        bytes memory input = step.data;
        address to = step.to;
        uint256 limit = step.gas;
        bool succeeded;
        uint256 size;

        uint256 before = gasleft();
        // Not a call of Solidity's, which copies all that comes back, however long.
        assembly ("memory-safe") {
            succeeded := call(limit, to, 0, add(input, 0x20), mload(input), 0, 0)
        }
        uint256 gasUsed = before - gasleft();
        assembly ("memory-safe") {
            size := returndatasize()
        }
        bytes memory data = new bytes(size < keep ? size : keep);
        assembly ("memory-safe") {
            returndatacopy(add(data, 0x20), 0, mload(data))
        }
        return Outcome({played: true, succeeded: succeeded, gasUsed: gasUsed, size: size, data: data});
    }

    /// @notice Takes a KIP17 token. Spec: https://kips.kaia.io/KIPs/kip-17
    function onKIP17Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onKIP17Received.selector;
    }

    /// @notice Takes an ERC-721 token. Spec: https://eips.ethereum.org/EIPS/eip-721
    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC721Received.selector;
    }
}
