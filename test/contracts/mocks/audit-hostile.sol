// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Says one, which is also yes and an address, to whatever it is asked.
contract AuditYesSayer {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(uint256(1));
    }
}

/// @notice Uses all the gas that it is given.
contract AuditGlutton {
    fallback() external {
        while (true) {}
    }
}

/// @notice Answers at great length, and with text that would change a terminal.
contract AuditTalker {
    fallback(bytes calldata) external returns (bytes memory) {
        if (msg.data.length > 40) revert(string(abi.encodePacked(bytes32("\x1b[2J\x1b[1;31m https://evil.test/"), new bytes(5_000))));
        return new bytes(60_000);
    }
}
