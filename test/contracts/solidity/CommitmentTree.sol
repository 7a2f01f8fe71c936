// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice A token as a commitment holds it.
struct CommittedToken {
    uint256 id;
    address owner;
    string uri;
}

/// @notice Builds commitments as the migration does: leaves in the order given, batches that are subtrees, sorted pairs, a last
/// node without a sibling promoted.
library CommitmentTree {
    function leafOf(uint256 oldChainId, address oldContract, CommittedToken memory token) internal pure returns (bytes32) {
        bytes32 uri = keccak256(bytes(token.uri));
        return keccak256(bytes.concat(keccak256(abi.encode(oldChainId, oldContract, token.id, token.owner, uri))));
    }

    /// @return root The root of all batches' roots.
    /// @return proofs One for each batch, from its own root to the root of all.
    function commit(bytes32[] memory leaves, uint256 batchSize)
        internal
        pure
        returns (bytes32 root, bytes32[][] memory proofs)
    {
        uint256 count = (leaves.length + batchSize - 1) / batchSize;
        bytes32[] memory roots = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) roots[i] = rootOf(slice(leaves, i * batchSize, batchSize));
        proofs = new bytes32[][](count);
        for (uint256 i = 0; i < count; i++) proofs[i] = proofOf(roots, i);
        root = rootOf(roots);
    }

    function rootOf(bytes32[] memory nodes) internal pure returns (bytes32) {
        while (nodes.length > 1) nodes = _above(nodes);
        return nodes[0];
    }

    function proofOf(bytes32[] memory nodes, uint256 index) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](0);
        while (nodes.length > 1) {
            uint256 sibling = index ^ 1;
            if (sibling < nodes.length) proof = _with(proof, nodes[sibling]);
            (nodes, index) = (_above(nodes), index / 2);
        }
    }

    function slice(bytes32[] memory nodes, uint256 start, uint256 size) internal pure returns (bytes32[] memory part) {
        uint256 length = start + size < nodes.length ? size : nodes.length - start;
        part = new bytes32[](length);
        for (uint256 i = 0; i < length; i++) part[i] = nodes[start + i];
    }

    function concat(bytes32[] memory first, bytes32[] memory second) internal pure returns (bytes32[] memory all) {
        all = first;
        for (uint256 i = 0; i < second.length; i++) all = _with(all, second[i]);
    }

    function _above(bytes32[] memory nodes) private pure returns (bytes32[] memory above) {
        above = new bytes32[]((nodes.length + 1) / 2);
        for (uint256 i = 0; i < above.length; i++) {
            above[i] = 2 * i + 1 < nodes.length ? _pair(nodes[2 * i], nodes[2 * i + 1]) : nodes[2 * i];
        }
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }

    function _with(bytes32[] memory nodes, bytes32 node) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](nodes.length + 1);
        for (uint256 i = 0; i < nodes.length; i++) longer[i] = nodes[i];
        longer[nodes.length] = node;
    }
}
