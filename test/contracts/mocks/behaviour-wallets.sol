// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// An EIP-1271 wallet: what its owner's key signed is signed by it. `execute` is anybody's.
contract Behaviour1271Wallet {
    address public immutable signer;

    constructor(address signer_) {
        signer = signer_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length != 65) return 0xffffffff;
        address found = ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        return found == signer && found != address(0) ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    function execute(address target, bytes calldata data) external {
        (bool ok, bytes memory result) = target.call(data);
        if (!ok) assembly ("memory-safe") {
            revert(add(result, 32), mload(result))
        }
    }
}
