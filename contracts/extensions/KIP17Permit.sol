// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IERC4494} from "../interfaces/IERC4494.sol";
import {KIP17} from "../KIP17.sol";
import {KIP17Metadata} from "./KIP17Metadata.sol";

/**
 * @title Approval by the owner's signature, for one token.
 *
 * Follows ERC-4494, and is stricter in one thing: a permit counts once. Using it raises the token's nonce, as every move
 * does, so that nobody can bring back an approval that the owner has cleared. The signature is EIP-712 over
 * `Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)`: 65 bytes with a low s, or whatever an owner
 * with code accepts by ERC-1271. The domain is { name, version "1", chainId, verifyingContract }, computed at each use,
 * so that a permit is void on a fork of the chain.
 */
abstract contract KIP17Permit is KIP17Metadata, IERC4494 {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)");
    bytes32 private constant VERSION_HASH = keccak256("1");

    error KIP17PermitExpired(uint256 deadline);

    /// @dev Not signed by the token's owner, for this nonce, chain, contract, spender and deadline.
    error KIP17InvalidPermit(address owner);

    /// @inheritdoc KIP17Metadata
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IERC4494).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IERC4494
    function nonces(uint256 tokenId) public view virtual returns (uint256) {
        _requireOwned(tokenId);
        return _nonce(tokenId);
    }

    /// @inheritdoc IERC4494
    // The name is the standard's.
    function DOMAIN_SEPARATOR() public view virtual returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name())), VERSION_HASH, block.chainid, address(this))
            );
    }

    /// @inheritdoc IERC4494
    function permit(address spender, uint256 tokenId, uint256 deadline, bytes calldata signature) public virtual {
        if (block.timestamp > deadline) revert KIP17PermitExpired(deadline);
        address owner = _requireOwned(tokenId);
        bytes32 message = keccak256(abi.encode(PERMIT_TYPEHASH, spender, tokenId, _nonce(tokenId), deadline));
        bytes32 digest = MessageHashUtils.toTypedDataHash(DOMAIN_SEPARATOR(), message);
        if (!SignatureChecker.isValidSignatureNow(owner, digest, signature)) revert KIP17InvalidPermit(owner);
        _increaseNonce(tokenId);
        _approve(spender, tokenId, owner);
    }
}
