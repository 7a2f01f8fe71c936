// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IBehaviourEnumerable {
    function balanceOf(address owner) external view returns (uint256);
    function totalSupply() external view returns (uint256);
    function tokenByIndex(uint256 index) external view returns (uint256);
    function tokenOfOwnerByIndex(address owner, uint256 index) external view returns (uint256);
}

/// Reads everything that a collection answers about some ids and accounts, in one call. The model test asks it thousands
/// of times, so each question costs few instructions.
contract BehaviourViewer {
    struct Questions {
        bytes4[] plain;
        bytes4[] ofId;
        bytes4[] ofAccount;
        bytes4[] ofPair;
    }

    /// @return words An answer each: for each question alone, then id by id, account by account, pair by pair. An answer
    /// of one word is that word, any other answer or error is its hash.
    /// @return all The ids by index.
    /// @return owned The ids by index of each account, one account's after the other's.
    /// @return beyond The errors one past the end: of all, then of each account.
    function look(address target, Questions memory questions, uint256[] memory ids, uint256[] memory accounts)
        external
        view
        returns (bytes32[] memory words, bytes32[] memory all, bytes32[] memory owned, bytes32[] memory beyond)
    {
        words = new bytes32[](
            questions.plain.length + ids.length * questions.ofId.length + accounts.length * questions.ofAccount.length
                + accounts.length * accounts.length * questions.ofPair.length
        );
        uint256 n = _askEach(words, 0, target, questions.plain, 0, 0);
        for (uint256 i = 0; i < ids.length; i++) {
            n = _askEach(words, n, target, questions.ofId, ids[i], 0);
        }
        for (uint256 i = 0; i < accounts.length; i++) {
            n = _askEach(words, n, target, questions.ofAccount, accounts[i], 0);
        }
        for (uint256 i = 0; i < accounts.length; i++) {
            for (uint256 j = 0; j < accounts.length; j++) {
                n = _askEach(words, n, target, questions.ofPair, accounts[i], accounts[j]);
            }
        }
        (all, owned, beyond) = _enumerate(target, accounts);
    }

    function _enumerate(address target, uint256[] memory accounts)
        private
        view
        returns (bytes32[] memory all, bytes32[] memory owned, bytes32[] memory beyond)
    {
        uint256 supply = uint256(_ask(target, IBehaviourEnumerable.totalSupply.selector, 0, 0));
        all = new bytes32[](supply);
        owned = new bytes32[](supply);
        beyond = new bytes32[](accounts.length + 1);
        for (uint256 i = 0; i < supply; i++) {
            all[i] = _ask(target, IBehaviourEnumerable.tokenByIndex.selector, i, 0);
        }
        beyond[0] = _ask(target, IBehaviourEnumerable.tokenByIndex.selector, supply, 0);
        uint256 n;
        for (uint256 a = 0; a < accounts.length; a++) {
            uint256 balance = uint256(_ask(target, IBehaviourEnumerable.balanceOf.selector, accounts[a], 0));
            for (uint256 i = 0; i < balance; i++) {
                owned[n++] = _ask(target, IBehaviourEnumerable.tokenOfOwnerByIndex.selector, accounts[a], i);
            }
            beyond[a + 1] = _ask(target, IBehaviourEnumerable.tokenOfOwnerByIndex.selector, accounts[a], balance);
        }
    }

    function _askEach(
        bytes32[] memory words,
        uint256 n,
        address target,
        bytes4[] memory selectors,
        uint256 first,
        uint256 second
    ) private view returns (uint256) {
        for (uint256 i = 0; i < selectors.length; i++) {
            words[n++] = _ask(target, selectors[i], first, second);
        }
        return n;
    }

    /// A question of fewer arguments has zeros behind it, which nobody reads.
    function _ask(address target, bytes4 selector, uint256 first, uint256 second) private view returns (bytes32 word) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 4), first)
            mstore(add(free, 36), second)
            let ok := staticcall(gas(), target, free, 68, 0, 32)
            word := mload(0)
            if iszero(and(ok, eq(returndatasize(), 32))) {
                returndatacopy(free, 0, returndatasize())
                word := keccak256(free, returndatasize())
            }
        }
    }
}
