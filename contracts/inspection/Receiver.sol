// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a contract answers when it is asked whether it takes a token.
enum Answer {
    /// The question's own selector: yes.
    Magic,
    /// Four other bytes.
    WrongMagic,
    /// The selector alone, without the padding to a word that the ABI asks for.
    Short,
    /// Nothing, and no revert: a contract with an empty fallback.
    Silent,
    /// A revert without data: a contract that does not know the question.
    RevertEmpty,
    /// A revert with four bytes of data: an error without arguments.
    RevertSelector,
    /// A revert with a reason.
    RevertReason
}

/// @title A recipient of tokens that answers as it was told.
/// @notice Never deployed: an inspection hands this code to the node as a code override.
contract Receiver {
    /// @notice Which of the two questions was answered last without a revert.
    bytes4 public selector;
    /// @notice Who asked it: the token's contract.
    address public token;
    /// @notice Its arguments.
    address public operator;
    address public from;
    uint256 public id;
    bytes public data;

    error DoesNotTakeTokens();

    bytes4 private constant ON_KIP17_RECEIVED = 0x6745782b;
    bytes4 private constant ON_ERC721_RECEIVED = 0x150b7a02;

    Answer private _onKIP17;
    Answer private _onERC721;

    /// @notice Sets what the two questions are answered with.
    function behave(Answer onKIP17, Answer onERC721) external {
        _onKIP17 = onKIP17;
        _onERC721 = onERC721;
    }

    fallback(bytes calldata input) external returns (bytes memory) {
        if (msg.sig == ON_KIP17_RECEIVED) return _answer(_onKIP17, input);
        if (msg.sig == ON_ERC721_RECEIVED) return _answer(_onERC721, input);
        revert DoesNotTakeTokens();
    }

    function _answer(Answer answer, bytes calldata input) private returns (bytes memory) {
        if (answer == Answer.RevertSelector) revert DoesNotTakeTokens();
        if (answer == Answer.RevertReason) revert("no tokens here");
        require(answer != Answer.RevertEmpty);

        (operator, from, id, data) = abi.decode(input[4:], (address, address, uint256, bytes));
        selector = msg.sig;
        token = msg.sender;
        if (answer == Answer.Silent) return "";
        if (answer == Answer.Short) return abi.encodePacked(msg.sig);
        return abi.encode(answer == Answer.Magic ? msg.sig : bytes4(0xdeadbeef));
    }
}
