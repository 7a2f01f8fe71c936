// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {AuditGlutton, AuditTalker, AuditYesSayer} from "./audit-hostile.sol";
import {AuditOpen} from "./audit-open.sol";

/// @notice A proxy whose administration is in the code behind it.
contract AuditProxy is ERC1967Proxy {
    constructor(address implementation, bytes memory data) ERC1967Proxy(implementation, data) {}
}

/// @notice A proxy with an administration of its own.
contract AuditOwnedProxy is TransparentUpgradeableProxy {
    constructor(
        address implementation,
        address owner,
        bytes memory data
    ) TransparentUpgradeableProxy(implementation, owner, data) {}
}

/// @notice Code for a proxy that lets everybody exchange it.
contract AuditOpenUpgrade is AuditOpen {
    function upgradeToAndCall(address, bytes calldata) external {}
}
