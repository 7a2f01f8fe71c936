// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

enum Answer {
    Accept,
    WrongMagic,
    RevertEmpty,
    RevertReason,
    RevertCustom,
    Panic
}

abstract contract BehaviourAnswering {
    event Received(bytes4 asked, address operator, address from, uint256 id, bytes data);

    error Custom(uint256 number);

    Answer private immutable _answer;

    constructor(Answer answer) {
        _answer = answer;
    }

    function _respond(address operator, address from, uint256 id, bytes calldata data) internal returns (bytes4) {
        if (_answer == Answer.RevertEmpty) assembly ("memory-safe") {
            revert(0, 0)
        }
        require(_answer != Answer.RevertReason, "not today");
        if (_answer == Answer.RevertCustom) revert Custom(7);
        assert(_answer != Answer.Panic);
        emit Received(msg.sig, operator, from, id, data);
        return _answer == Answer.Accept ? msg.sig : bytes4(0xdeadbeef);
    }
}

/// Knows ERC-721's question alone; anything else reverts without data.
contract BehaviourERC721Receiver is BehaviourAnswering {
    constructor(Answer answer) BehaviourAnswering(answer) {}

    function onERC721Received(address operator, address from, uint256 id, bytes calldata data)
        external
        returns (bytes4)
    {
        return _respond(operator, from, id, data);
    }
}

/// Knows KIP-17's question alone.
contract BehaviourKIP17Receiver is BehaviourAnswering {
    constructor(Answer answer) BehaviourAnswering(answer) {}

    function onKIP17Received(address operator, address from, uint256 id, bytes calldata data)
        external
        returns (bytes4)
    {
        return _respond(operator, from, id, data);
    }
}

/// Knows both.
contract BehaviourBothReceiver is BehaviourERC721Receiver {
    constructor(Answer answer) BehaviourERC721Receiver(answer) {}

    function onKIP17Received(address operator, address from, uint256 id, bytes calldata data)
        external
        returns (bytes4)
    {
        return _respond(operator, from, id, data);
    }
}

/// An ERC-721 receiver that says no to any other call with data, as proxies and diamonds do.
contract BehaviourLoudReceiver is BehaviourERC721Receiver {
    error UnknownSelector(bytes4 selector);

    constructor() BehaviourERC721Receiver(Answer.Accept) {}

    fallback() external {
        revert UnknownSelector(msg.sig);
    }
}

/// An ERC-721 receiver that takes any other call in silence, as old wallets do.
contract BehaviourSilentReceiver is BehaviourERC721Receiver {
    constructor() BehaviourERC721Receiver(Answer.Accept) {}

    fallback() external {}
}

/// A KIP-17 receiver whose fallback answers ERC-721's question with four bytes of nothing.
contract BehaviourShortKIP17Receiver is BehaviourKIP17Receiver {
    constructor() BehaviourKIP17Receiver(Answer.Accept) {}

    fallback() external {
        assembly ("memory-safe") {
            mstore(0, shl(224, 0xdeadbeef))
            return(0, 4)
        }
    }
}

/// Answers each of the two questions with the other one's magic value.
contract BehaviourSwappedReceiver {
    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return 0x6745782b;
    }

    function onKIP17Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return 0x150b7a02;
    }
}

/// Answers every question, whatever it is, with the same bytes, or reverts with them.
contract BehaviourFixedAnswer {
    bytes private _bytes;
    bool private immutable _reverts;

    constructor(bytes memory answer, bool reverts) {
        _bytes = answer;
        _reverts = reverts;
    }

    fallback() external {
        bytes memory answer = _bytes;
        if (_reverts) assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }
}

/// Burns all the gas that it is given.
contract BehaviourGasEater {
    fallback() external {
        assembly {
            invalid()
        }
    }
}

/// Takes tokens of both kinds, and does with its own address whatever it is told, also while it is being given one.
contract BehaviourReentrant {
    address private _target;
    bytes[] private _calls;
    bytes[] public results;
    bool[] public succeeded;

    function plan(address target, bytes[] calldata calls) external {
        _target = target;
        delete _calls;
        for (uint256 i = 0; i < calls.length; i++) _calls.push(calls[i]);
    }

    function execute(address target, bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory result) = target.call(data);
        if (!ok) assembly ("memory-safe") {
            revert(add(result, 32), mload(result))
        }
        return result;
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        _enter();
        return msg.sig;
    }

    function onKIP17Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        _enter();
        return msg.sig;
    }

    function _enter() private {
        bytes[] memory calls = _calls;
        delete _calls;
        for (uint256 i = 0; i < calls.length; i++) {
            (bool ok, bytes memory result) = _target.call(calls[i]);
            succeeded.push(ok);
            results.push(result);
        }
    }
}
