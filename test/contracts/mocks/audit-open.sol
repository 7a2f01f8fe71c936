// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A collection that forgot every check: whoever calls may do everything.
contract AuditOpen {
    mapping(uint256 => address) private _owners;
    mapping(uint256 => address) public getApproved;
    mapping(address => uint256) public balanceOf;
    mapping(address => bool) public isMinter;
    mapping(address => bool) public isPauser;
    mapping(bytes32 => mapping(address => bool)) public hasRole;
    address public owner;
    bool public paused;
    uint256 private _next = 1;

    event Transfer(address indexed from, address indexed to, uint256 indexed id);

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd;
    }

    function ownerOf(uint256 id) public view returns (address) {
        require(_owners[id] != address(0), "unknown id");
        return _owners[id];
    }

    function mint(address to, uint256 id) public returns (bool) {
        _owners[id] = to;
        balanceOf[to] += 1;
        emit Transfer(address(0), to, id);
        return true;
    }

    function mintWithTokenURI(address to, uint256 id, string calldata) external returns (bool) {
        return mint(to, id);
    }

    function safeMint(address to) external {
        mint(to, _next++);
    }

    function transferFrom(address from, address to, uint256 id) external {
        require(ownerOf(id) == from, "not theirs");
        _owners[id] = to;
        emit Transfer(from, to, id);
    }

    function approve(address to, uint256 id) external {
        getApproved[id] = to;
    }

    function burn(uint256 id) external {
        emit Transfer(_owners[id], address(0), id);
        delete _owners[id];
    }

    function addMinter(address account) external {
        isMinter[account] = true;
    }

    function addPauser(address account) external {
        isPauser[account] = true;
    }

    function pause() external {
        paused = true;
    }

    function unpause() external {
        paused = false;
    }

    function grantRole(bytes32 role, address account) external {
        hasRole[role][account] = true;
    }

    function initialize(address account) external {
        owner = account;
    }
}
