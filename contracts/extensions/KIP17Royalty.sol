// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {KIP17} from "../KIP17.sol";

/**
 * @title One royalty for the whole collection, told to marketplaces. Whether they pay it is up to them.
 * @dev Interface id 0x2a55205a. Spec: https://eips.ethereum.org/EIPS/eip-2981
 */
abstract contract KIP17Royalty is KIP17, IERC2981 {
    /// @custom:storage-location erc7201:latchkey.KIP17.Royalty
    struct KIP17RoyaltyStorage {
        address receiver;
        uint96 basisPoints;
    }

    bytes32 private constant ROYALTY_STORAGE = 0xe34ff2d655176dc6ee133833ca593b8892da26a0109dd6c8a5e180f875053400;

    uint256 private constant WHOLE = 10_000;

    event DefaultRoyaltySet(address indexed receiver, uint96 basisPoints);

    /// @dev More than the whole price, or a share for nobody.
    error KIP17InvalidRoyalty(address receiver, uint96 basisPoints);

    function _royalty() private pure returns (KIP17RoyaltyStorage storage $) {
        assembly {
            $.slot := ROYALTY_STORAGE
        }
    }

    /// @inheritdoc KIP17
    function supportsInterface(bytes4 interfaceId) public view virtual override(KIP17, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256, uint256 salePrice) public view virtual returns (address, uint256) {
        KIP17RoyaltyStorage storage $ = _royalty();
        return ($.receiver, Math.mulDiv(salePrice, $.basisPoints, WHOLE));
    }

    /// @param basisPoints hundredths of a percent of the price, at most 10,000. Zero for nobody ends the royalty.
    function _setDefaultRoyalty(address receiver, uint96 basisPoints) internal {
        if (basisPoints > WHOLE || (receiver == address(0) && basisPoints != 0)) {
            revert KIP17InvalidRoyalty(receiver, basisPoints);
        }
        KIP17RoyaltyStorage storage $ = _royalty();
        $.receiver = receiver;
        $.basisPoints = basisPoints;
        emit DefaultRoyaltySet(receiver, basisPoints);
    }
}
