// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IKIP17} from "./interfaces/IKIP17.sol";
import {IKIP17Receiver} from "./interfaces/IKIP17Receiver.sol";

/**
 * @title The core of a KIP-17 token: owners, approvals, transfers.
 *
 * Errors are those of ERC-6093, used as OpenZeppelin's ERC721 uses them. Storage is namespaced (ERC-7201), so that the
 * same code serves behind a proxy.
 *
 * A token's owner shares one word with what belongs to the token alone:
 *
 *     bits   0-159  owner; zero if there is no such token (never minted, or burned)
 *     bit    160    a flag of the token, kept by an extension ({KIP17Lock})
 *     bits 161-255  nonce: how often the token has changed hands, or a permit for it has been used
 *
 * The nonce survives a burn, so the word is zero only for an id that has never been minted.
 */
abstract contract KIP17 is IKIP17, IERC721Errors {
    /// @custom:storage-location erc7201:latchkey.KIP17
    struct KIP17Storage {
        mapping(uint256 tokenId => uint256) words;
        mapping(address owner => uint256) balances;
        mapping(uint256 tokenId => address) approved;
        mapping(address owner => mapping(address operator => bool)) operators;
    }

    bytes32 private constant KIP17_STORAGE = 0xf15edcf5fee5fe740900f255fd9e2ec2bc7e09f55532653901c86dc68f113700;

    uint256 private constant OWNER_MASK = (1 << 160) - 1;
    uint256 private constant FLAG = 1 << 160;
    uint256 private constant NONCE_ONE = 1 << 161;

    /// @dev As many owners as ids are needed.
    error KIP17LengthMismatch(uint256 owners, uint256 ids);

    /// @dev A batch of nothing is a mistake of the caller.
    error KIP17EmptyBatch();

    function _kip17() private pure returns (KIP17Storage storage $) {
        assembly {
            $.slot := KIP17_STORAGE
        }
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view virtual returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IKIP17).interfaceId;
    }

    /// @inheritdoc IKIP17
    function balanceOf(address owner) public view virtual returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(address(0));
        return _kip17().balances[owner];
    }

    /// @inheritdoc IKIP17
    function ownerOf(uint256 tokenId) public view virtual returns (address) {
        return _requireOwned(tokenId);
    }

    /// @inheritdoc IKIP17
    function getApproved(uint256 tokenId) public view virtual returns (address) {
        _requireOwned(tokenId);
        return _kip17().approved[tokenId];
    }

    /// @inheritdoc IKIP17
    function isApprovedForAll(address owner, address operator) public view virtual returns (bool) {
        return _kip17().operators[owner][operator];
    }

    /// @inheritdoc IKIP17
    function approve(address to, uint256 tokenId) public virtual {
        _approve(to, tokenId, msg.sender);
    }

    /// @inheritdoc IKIP17
    function setApprovalForAll(address operator, bool approved) public virtual {
        _setApprovalForAll(msg.sender, operator, approved);
    }

    /// @inheritdoc IKIP17
    function transferFrom(address from, address to, uint256 tokenId) public virtual {
        if (to == address(0)) revert ERC721InvalidReceiver(address(0));
        address owner = _update(to, tokenId, msg.sender);
        if (owner != from) revert ERC721IncorrectOwner(from, tokenId, owner);
    }

    /// @inheritdoc IKIP17
    function safeTransferFrom(address from, address to, uint256 tokenId) public virtual {
        safeTransferFrom(from, to, tokenId, "");
    }

    /// @inheritdoc IKIP17
    function safeTransferFrom(address from, address to, uint256 tokenId, bytes memory data) public virtual {
        transferFrom(from, to, tokenId);
        _requireReceived(from, to, tokenId, data);
    }

    /// @dev The owner, or zero if there is no such token.
    function _ownerOf(uint256 tokenId) internal view returns (address) {
        return address(uint160(_kip17().words[tokenId]));
    }

    /// @dev The owner. Reverts with `ERC721NonexistentToken` if there is no such token.
    function _requireOwned(uint256 tokenId) internal view returns (address owner) {
        owner = _ownerOf(tokenId);
        if (owner == address(0)) revert ERC721NonexistentToken(tokenId);
    }

    /// @dev Whether the id has ever been minted, burned or not.
    function _wasMinted(uint256 tokenId) internal view returns (bool) {
        return _kip17().words[tokenId] != 0;
    }

    function _nonce(uint256 tokenId) internal view returns (uint256) {
        return _kip17().words[tokenId] / NONCE_ONE;
    }

    function _increaseNonce(uint256 tokenId) internal {
        _kip17().words[tokenId] += NONCE_ONE;
    }

    function _flag(uint256 tokenId) internal view returns (bool) {
        return _kip17().words[tokenId] & FLAG != 0;
    }

    function _setFlag(uint256 tokenId, bool value) internal {
        KIP17Storage storage $ = _kip17();
        $.words[tokenId] = value ? $.words[tokenId] | FLAG : $.words[tokenId] & ~FLAG;
    }

    /// @dev Reverts unless `spender` is the owner, an operator of the owner, or approved for the token.
    function _checkAuthorized(address owner, address spender, uint256 tokenId) internal view {
        if (owner == address(0)) revert ERC721NonexistentToken(tokenId);
        if (spender == owner || isApprovedForAll(owner, spender)) return;
        // Nobody approved is not approval of the zero address.
        if (spender != address(0) && spender == _kip17().approved[tokenId]) return;
        revert ERC721InsufficientApproval(spender, tokenId);
    }

    /**
     * @dev Mints, transfers or burns: gives the token to `to`, and returns whose it was. Every change of owner passes
     * here, but those of {_mintBatch}; an extension that has to see them all overrides both.
     *
     * @param to zero burns.
     * @param auth who asks for it, checked by {_checkAuthorized}; zero asks nothing.
     */
    function _update(address to, uint256 tokenId, address auth) internal virtual returns (address from) {
        KIP17Storage storage $ = _kip17();
        uint256 word = $.words[tokenId];
        from = address(uint160(word));
        if (auth != address(0)) _checkAuthorized(from, auth, tokenId);

        // No addition here can overflow: nobody lives to mint 2^256 tokens, or to move one 2^95 times. Each balance is
        // the number of words that name its owner, so none falls under zero.
        unchecked {
            if (from != address(0)) {
                delete $.approved[tokenId];
                $.balances[from] -= 1;
                word += NONCE_ONE;
            }
            if (to != address(0)) $.balances[to] += 1;
        }
        $.words[tokenId] = (word & ~OWNER_MASK) | uint160(to);

        emit Transfer(from, to, tokenId);
    }

    /// @dev Mints without asking the receiver. Reverts for the zero address and for a token that exists.
    function _mint(address to, uint256 tokenId) internal {
        if (to == address(0)) revert ERC721InvalidReceiver(address(0));
        if (_ownerOf(tokenId) != address(0)) revert ERC721InvalidSender(address(0));
        _update(to, tokenId, address(0));
    }

    /**
     * @dev Mints `ids[i]` to `owners[i]` for every i, as {_mint} would one by one. A balance is written once for each
     * run of equal owners: a batch sorted by owner costs the least.
     */
    function _mintBatch(address[] memory owners, uint256[] memory ids) internal virtual {
        KIP17Storage storage $ = _kip17();
        uint256 length = ids.length;
        if (length == 0) revert KIP17EmptyBatch();
        if (owners.length != length) revert KIP17LengthMismatch(owners.length, length);

        unchecked {
            uint256 i = 0;
            while (i < length) {
                address owner = owners[i];
                if (owner == address(0)) revert ERC721InvalidReceiver(address(0));

                uint256 start = i;
                do {
                    uint256 tokenId = ids[i];
                    uint256 word = $.words[tokenId];
                    if (word & OWNER_MASK != 0) revert ERC721InvalidSender(address(0));
                    $.words[tokenId] = word | uint160(owner);
                    emit Transfer(address(0), owner, tokenId);
                    ++i;
                } while (i < length && owners[i] == owner);
                $.balances[owner] += i - start;
            }
        }
    }

    /// @dev As {_mint}, and the receiver is asked as in a safe transfer.
    function _safeMint(address to, uint256 tokenId) internal {
        _safeMint(to, tokenId, "");
    }

    function _safeMint(address to, uint256 tokenId, bytes memory data) internal virtual {
        _mint(to, tokenId);
        _requireReceived(address(0), to, tokenId, data);
    }

    /// @dev Burns without asking whether the caller may.
    function _burn(uint256 tokenId) internal {
        if (_update(address(0), tokenId, address(0)) == address(0)) revert ERC721NonexistentToken(tokenId);
    }

    /// @dev Transfers without asking whether the caller may.
    function _transfer(address from, address to, uint256 tokenId) internal {
        if (to == address(0)) revert ERC721InvalidReceiver(address(0));
        address owner = _update(to, tokenId, address(0));
        if (owner == address(0)) revert ERC721NonexistentToken(tokenId);
        if (owner != from) revert ERC721IncorrectOwner(from, tokenId, owner);
    }

    function _safeTransfer(address from, address to, uint256 tokenId) internal {
        _safeTransfer(from, to, tokenId, "");
    }

    function _safeTransfer(address from, address to, uint256 tokenId, bytes memory data) internal virtual {
        _transfer(from, to, tokenId);
        _requireReceived(from, to, tokenId, data);
    }

    /// @param auth who asks for it: must be the owner or an operator. Zero asks nothing.
    function _approve(address to, uint256 tokenId, address auth) internal virtual {
        address owner = _requireOwned(tokenId);
        if (auth != address(0) && auth != owner && !isApprovedForAll(owner, auth)) revert ERC721InvalidApprover(auth);
        _kip17().approved[tokenId] = to;
        emit Approval(owner, to, tokenId);
    }

    function _setApprovalForAll(address owner, address operator, bool approved) internal virtual {
        if (owner == address(0)) revert ERC721InvalidApprover(address(0));
        if (operator == address(0)) revert ERC721InvalidOperator(address(0));
        _kip17().operators[owner][operator] = approved;
        emit ApprovalForAll(owner, operator, approved);
    }

    /**
     * @dev Asks a receiver with code whether it takes the token: first in KIP-17's words, then in ERC-721's. Only the
     * magic value is a yes, as a whole 32-byte word: a silent fallback, a short answer or a revert is not. What the
     * receiver reverted with is passed on, the ERC-721 answer before the KIP-17 one.
     */
    function _requireReceived(address from, address to, uint256 tokenId, bytes memory data) internal {
        if (to.code.length == 0) return;

        (bool accepted, bytes memory kip17Reason) = _ask(
            to,
            abi.encodeCall(IKIP17Receiver.onKIP17Received, (msg.sender, from, tokenId, data)),
            IKIP17Receiver.onKIP17Received.selector
        );
        if (accepted) return;

        bytes memory reason;
        (accepted, reason) = _ask(
            to,
            abi.encodeCall(IERC721Receiver.onERC721Received, (msg.sender, from, tokenId, data)),
            IERC721Receiver.onERC721Received.selector
        );
        if (accepted) return;

        if (reason.length == 0) reason = kip17Reason;
        if (reason.length == 0) revert ERC721InvalidReceiver(to);
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    /// @return accepted whether `receiver` answered the magic value.
    /// @return reason what it reverted with; empty if it did not revert.
    function _ask(
        address receiver,
        bytes memory question,
        bytes4 magic
    ) private returns (bool accepted, bytes memory reason) {
        (bool succeeded, bytes memory answer) = receiver.call(question);
        if (!succeeded) return (false, answer);
        return (answer.length >= 32 && bytes32(answer) == bytes32(magic), "");
    }
}
