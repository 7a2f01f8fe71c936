// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IBehaviourDoor {
    function onKIP17Received(address operator, address from, uint256 id, bytes calldata data) external returns (bytes4);
    function onERC721Received(address operator, address from, uint256 id, bytes calldata data) external returns (bytes4);
}

/// An old collection that says whatever it is told to: owners that are not, nothing at all, or calls in the middle.
contract BehaviourHostileOld {
    enum Mood {
        Plain,
        RevertEmpty,
        RevertData,
        EatGas,
        ShortAnswer,
        DirtyAnswer,
        LongAnswer,
        Slow
    }

    error Hostile(uint256 id);

    Mood public mood;
    mapping(uint256 => address) private _owners;
    /// What is called while somebody asks for an owner, and how it ended.
    address private _target;
    bytes private _reentry;

    function set(uint256 id, address owner) external {
        _owners[id] = owner;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function setReentry(address target, bytes calldata data) external {
        _target = target;
        _reentry = data;
    }

    /// Claims that a token has come in.
    function claim(address door, bytes4 question, address from, uint256 id, bytes calldata data)
        external
        returns (bytes4)
    {
        return question == IBehaviourDoor.onKIP17Received.selector
            ? IBehaviourDoor(door).onKIP17Received(msg.sender, from, id, data)
            : IBehaviourDoor(door).onERC721Received(msg.sender, from, id, data);
    }

    /// Not a view, so that it can try to change things; whoever asks by staticcall stops that.
    function ownerOf(uint256 id) external returns (address) {
        if (_reentry.length != 0) {
            (bool ok, bytes memory result) = _target.call(_reentry);
            if (!ok && result.length == 0) revert Hostile(id);
        }
        address owner = _owners[id];
        if (mood == Mood.RevertData) revert Hostile(id);
        if (mood == Mood.RevertEmpty) assembly ("memory-safe") {
            revert(0, 0)
        }
        // The truth, for five million gas: what so much memory costs.
        if (mood == Mood.Slow) assembly ("memory-safe") {
            mstore(1600000, 1)
        }
        if (mood == Mood.EatGas) assembly ("memory-safe") {
            invalid()
        }
        if (mood == Mood.ShortAnswer) assembly ("memory-safe") {
            mstore(0, shl(96, owner))
            return(0, 20)
        }
        if (mood == Mood.DirtyAnswer) assembly ("memory-safe") {
            mstore(0, or(owner, shl(160, 1)))
            return(0, 32)
        }
        if (mood == Mood.LongAnswer) assembly ("memory-safe") {
            mstore(0, owner)
            return(0, 8192)
        }
        return owner;
    }
}
