// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Flaw} from "./ConformanceFlaw.sol";

interface IConformanceReceiver {
    function onKIP17Received(address, address, uint256, bytes calldata) external returns (bytes4);

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4);
}

/// @title A collection by KIP-17 with one flaw, and a second event for it where the flaw is in an event.
contract ConformanceDeviant {
    event Transfer(address indexed from, address indexed to, uint256 indexed id);
    event Approval(address indexed owner, address indexed approved, uint256 indexed id);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);
    event Paused(address account);
    event Unpaused(address account);
    event MinterAdded(address indexed account);
    event PauserAdded(address indexed account);

    Flaw private immutable FLAW;
    address public immutable owner = msg.sender;
    string public name = "Deviant";
    bool public paused;
    bool private _wasPaused;
    mapping(address account => bool) private _minters;
    mapping(address account => bool) private _pausers;
    mapping(address account => mapping(address operator => bool)) private _operators;
    mapping(address account => address) private _lastOperator;
    mapping(address account => uint256) private _balances;
    mapping(uint256 id => address) private _owners;
    mapping(uint256 id => address) private _approved;
    mapping(uint256 id => string) private _uris;
    uint256[] private _ids;

    constructor(Flaw flaw) {
        FLAW = flaw;
        _minters[msg.sender] = true;
        _pausers[msg.sender] = true;
        emit MinterAdded(msg.sender);
        emit PauserAdded(msg.sender);
    }

    function supportsInterface(bytes4 id) external view returns (bool) {
        if (FLAW == Flaw.InterfaceAll) return true;
        if (FLAW == Flaw.InterfaceSilent) require(id != 0x4d5507ff);
        if (FLAW == Flaw.InterfaceNothing) return false;
        if (FLAW == Flaw.InterfaceUnreported && id == 0x780e9d63) return false;
        if (FLAW == Flaw.InterfaceDear) {
            for (uint256 i = 0; i < 300; i++) if (_owners[i] == address(this)) return false;
        }
        bool isCore = id == 0x01ffc9a7 || id == 0x80ac58cd || id == 0x5b5e139f || id == 0x780e9d63;
        return isCore || id == 0xeab83e20 || id == 0xfac27f46 || id == 0x42966c68 || id == 0x4d5507ff;
    }

    function symbol() external view returns (string memory) {
        require(FLAW != Flaw.NoSymbol);
        return "D";
    }

    function isMinter(address account) external view returns (bool) {
        return _minters[account] || FLAW == Flaw.MinterIsEverybody;
    }

    function isPauser(address account) external view returns (bool) {
        return _pausers[account] || FLAW == Flaw.PauserIsEverybody;
    }

    function balanceOf(address account) external view returns (uint256) {
        require(account != address(0) || FLAW == Flaw.BalanceOfZero);
        if (FLAW == Flaw.BalanceOfNobody && _balances[account] == 0) return 1;
        return FLAW == Flaw.BalanceStands ? 0 : _balances[account];
    }

    function ownerOf(uint256 id) public view returns (address) {
        require(_owners[id] != address(0) || FLAW == Flaw.OwnerOfUnknown);
        return _owners[id];
    }

    function getApproved(uint256 id) external view returns (address) {
        require(_owners[id] != address(0) || FLAW == Flaw.GetApprovedUnknown);
        return _approved[id];
    }

    function isApprovedForAll(address account, address operator) public view returns (bool) {
        if (FLAW == Flaw.OneOperator && _lastOperator[account] != operator) return false;
        return _operators[account][operator];
    }

    function approve(address to, uint256 id) external {
        require(!paused || FLAW == Flaw.PauseKeepsApprove);
        address holder = ownerOf(id);
        bool isOperator = isApprovedForAll(holder, msg.sender) && FLAW != Flaw.ApproveByOwnerAlone;
        require(msg.sender == holder || isOperator || FLAW == Flaw.ApproveByStranger);
        if (to == address(0) && FLAW == Flaw.ApproveNotCleared) return;
        if (FLAW != Flaw.ApproveForgotten) _approved[id] = to;
        if (FLAW != Flaw.ApprovalNotIndexed) emit Approval(holder, to, id);
        else _log2(Approval.selector, holder, abi.encode(to, id));
    }

    function setApprovalForAll(address operator, bool approved) external {
        require(!paused || FLAW == Flaw.PauseKeepsOperators);
        _operators[msg.sender][operator] = approved;
        _lastOperator[msg.sender] = operator;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function transferFrom(address from, address to, uint256 id) public {
        require(!paused || FLAW == Flaw.PauseKeepsTransfers);
        require(!_wasPaused || FLAW != Flaw.PauseStopsAfter);
        if (FLAW == Flaw.TransferUnknown && _owners[id] == address(0)) return;
        address holder = ownerOf(id);
        require(holder != address(0));
        require(from == holder || FLAW == Flaw.TransferFromAnybody);
        require(to != address(0) || FLAW == Flaw.TransferToZero);
        bool isAllowed = _approved[id] == msg.sender || isApprovedForAll(holder, msg.sender);
        if (FLAW == Flaw.TransferByOwnerAlone) isAllowed = false;
        require(msg.sender == holder || isAllowed || FLAW == Flaw.TransferByStranger);
        if (FLAW != Flaw.ApprovalStays) _approved[id] = address(0);
        if (FLAW != Flaw.TransferMovesNothing) _move(holder, to, id);
    }

    function safeTransferFrom(address from, address to, uint256 id) external {
        safeTransferFrom(from, to, id, "");
    }

    function safeTransferFrom(address from, address to, uint256 id, bytes memory data) public {
        transferFrom(from, to, id);
        require(to.code.length != 0 || FLAW != Flaw.ReceiverHasCode);
        if (to.code.length == 0 || FLAW == Flaw.ReceiverNotAsked) return;
        if (FLAW == Flaw.ReceiverGetsNoData) data = "";
        bool isKip17 = FLAW != Flaw.ReceiverErc721Alone
            && _says(to, abi.encodeCall(IConformanceReceiver.onKIP17Received, (msg.sender, from, id, data)));
        if (isKip17 && FLAW != Flaw.ReceiverAskedTwice && FLAW != Flaw.ReceiverNotBoth) return;
        require(FLAW != Flaw.ReceiverKip17Alone);
        bool isErc721 = _says(to, abi.encodeCall(IConformanceReceiver.onERC721Received, (msg.sender, from, id, data)));
        require(FLAW == Flaw.ReceiverNotBoth ? isErc721 != isKip17 : isErc721);
    }

    function tokenURI(uint256 id) external view returns (string memory) {
        require(_owners[id] != address(0) || FLAW == Flaw.TokenUriUnknown);
        require(FLAW != Flaw.TokenUriMissing);
        return _uris[id];
    }

    function totalSupply() public view returns (uint256) {
        require(FLAW != Flaw.NotEnumerable);
        return FLAW == Flaw.SupplyStands ? 0 : _ids.length;
    }

    function tokenByIndex(uint256 index) external view returns (uint256) {
        if (FLAW == Flaw.IndexUnbounded && index >= _ids.length) return 0;
        return _ids[index];
    }

    function tokenOfOwnerByIndex(address account, uint256 index) external view returns (uint256) {
        if (FLAW == Flaw.OwnerIndexZero && account == address(0)) return 0;
        uint256 seen = 0;
        for (uint256 i = 0; i < _ids.length; i++) {
            bool isStale = FLAW == Flaw.OwnerIndexStale && _balances[account] == 0 && account != address(0);
            if (_owners[_ids[i]] != account && !isStale) continue;
            if (seen == index) return _ids[i];
            seen++;
        }
        require(FLAW == Flaw.OwnerIndexUnbounded && account != address(0));
        return 0;
    }

    function mint(address to, uint256 id) public returns (bool) {
        require(_minters[msg.sender] || FLAW == Flaw.MintByAnybody);
        _mint(to, id);
        return FLAW != Flaw.MintReturnsFalse;
    }

    function mintWithTokenURI(address to, uint256 id, string calldata uri) external returns (bool) {
        require(_minters[msg.sender] || FLAW == Flaw.MintWithUriByAnybody);
        _mint(to, id);
        if (FLAW != Flaw.UriForgotten) _uris[id] = uri;
        return true;
    }

    function addMinter(address account) external {
        bool isEnough = FLAW == Flaw.MinterAddedByAdmin ? msg.sender == owner : _minters[msg.sender];
        require(isEnough || FLAW == Flaw.MinterAddedByAnybody);
        _minters[account] = FLAW != Flaw.MinterNotAdded;
        emit MinterAdded(account);
    }

    function renounceMinter() external {
        require(_minters[msg.sender] || FLAW == Flaw.MinterRenouncedByAnybody);
        if (FLAW != Flaw.MinterStays) _minters[msg.sender] = false;
    }

    function burn(uint256 id) external {
        if (FLAW == Flaw.BurnUnknown && _owners[id] == address(0)) return;
        address holder = ownerOf(id);
        bool isAllowed = _approved[id] == msg.sender || isApprovedForAll(holder, msg.sender);
        if (FLAW == Flaw.BurnByOwnerAlone) isAllowed = false;
        require(holder == msg.sender || isAllowed || FLAW == Flaw.BurnByAnybody);
        if (FLAW == Flaw.BurnKeepsOwner) return;
        _approved[id] = address(0);
        _move(holder, address(0), id);
        for (uint256 i = 0; i < _ids.length; i++) if (_ids[i] == id) _ids[i] = _ids[_ids.length - 1];
        _ids.pop();
    }

    function pause() external {
        require(_pausers[msg.sender] || FLAW == Flaw.PauseByAnybody);
        require(!paused || FLAW == Flaw.PauseTwice);
        paused = true;
        _wasPaused = true;
        if (FLAW != Flaw.PausedIndexed) emit Paused(msg.sender);
        else _log2(Paused.selector, msg.sender, "");
    }

    function unpause() external {
        require(_pausers[msg.sender] || FLAW == Flaw.UnpauseByAnybody);
        require(paused || FLAW == Flaw.UnpauseTwice);
        require(FLAW != Flaw.PauseForEver);
        paused = false;
        emit Unpaused(msg.sender);
    }

    function addPauser(address account) external {
        bool isEnough = FLAW == Flaw.PauserAddedByAdmin ? msg.sender == owner : _pausers[msg.sender];
        require(isEnough || FLAW == Flaw.PauserAddedByAnybody);
        _pausers[account] = FLAW != Flaw.PauserNotAdded;
        emit PauserAdded(account);
    }

    function renouncePauser() external {
        require(_pausers[msg.sender] || FLAW == Flaw.PauserRenouncedByAnybody);
        if (FLAW != Flaw.PauserStays) _pausers[msg.sender] = false;
    }

    function _mint(address to, uint256 id) private {
        require(_owners[id] == address(0) || FLAW == Flaw.MintAgain);
        require(FLAW != Flaw.SmallIds || id < 2 ** 128);
        require(FLAW != Flaw.NoIdZero || id != 0);
        _ids.push(id);
        _move(address(0), to, id);
    }

    function _move(address from, address to, uint256 id) private {
        _owners[id] = to;
        if (from != address(0)) _balances[from]--;
        if (to != address(0)) _balances[to]++;
        if (FLAW == Flaw.TransferSilent) return;
        if (FLAW == Flaw.TransferNotIndexed) _log2(Transfer.selector, from, abi.encode(to, id));
        else emit Transfer(from, to, id);
    }

    /// @dev Whether a receiver takes a token: by its answer, and by what is wrong here.
    function _says(address to, bytes memory question) private returns (bool) {
        (bool succeeded, bytes memory answer) = to.call(question);
        if (!succeeded) return FLAW == Flaw.ReceiverErrorIsYes && answer.length > 0;
        if (answer.length == 0) return FLAW == Flaw.ReceiverSilenceIsYes;
        return answer.length >= 32 && bytes4(answer) == bytes4(question);
    }

    /// @dev An event with its first argument indexed alone.
    function _log2(bytes32 topic, address indexed_, bytes memory data) private {
        assembly ("memory-safe") {
            log2(add(data, 0x20), mload(data), topic, indexed_)
        }
    }
}
