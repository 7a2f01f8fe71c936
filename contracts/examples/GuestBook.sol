// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A public guest book: anybody signs, nobody erases.
/// @notice The contract that the demo deploys and calls.
contract GuestBook {
    struct Entry {
        address author;
        /// Seconds since 1970, by the block that holds the entry.
        uint64 signedAt;
        string message;
    }

    /// @notice The longest message, in bytes of UTF-8.
    uint256 public constant MAX_BYTES = 280;

    Entry[] private _entries;

    /// @param number The entry's place in the book, from 0.
    event Signed(address indexed author, uint256 indexed number, string message);

    /// @notice The message is empty or longer than `MAX_BYTES`.
    /// @param length Its length in bytes.
    error MessageLength(uint256 length);

    /// @notice There is no entry of that number yet.
    /// @param number What was asked for.
    /// @param count How many entries there are.
    error NoSuchEntry(uint256 number, uint256 count);

    /// @notice Writes a message into the book under the caller's address.
    /// @return number The new entry's place in the book.
    function sign(string calldata message) external returns (uint256 number) {
        uint256 length = bytes(message).length;
        if (length == 0 || length > MAX_BYTES) revert MessageLength(length);

        number = _entries.length;
        _entries.push(Entry({author: msg.sender, signedAt: uint64(block.timestamp), message: message}));
        emit Signed(msg.sender, number, message);
    }

    /// @notice Reads one entry.
    /// @param number Its place in the book, from 0.
    function entries(
        uint256 number
    ) external view returns (address author, uint64 signedAt, string memory message) {
        if (number >= _entries.length) revert NoSuchEntry(number, _entries.length);
        Entry storage entry = _entries[number];
        return (entry.author, entry.signedAt, entry.message);
    }

    /// @notice How many entries the book holds.
    function count() external view returns (uint256) {
        return _entries.length;
    }
}
