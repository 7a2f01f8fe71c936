import type { Hex } from "../units/brands.ts";
import { bytesToHex } from "../units/bytes.ts";
import { keccak } from "../units/keccak.ts";
import { addressDigits, checkId, invalidTokens, isObject, ownerDigits, type PlacedToken } from "./given-tokens.ts";
import { wordLength, writeNumber } from "./words.ts";

/** The collection that tokens move from. */
export interface OldCollection {
  /** EIP-155. */
  readonly oldChainId: number;
  readonly oldContract: string;
}

/** A token as a commitment holds it. */
export interface CommittedToken extends PlacedToken {
  /** Byte for byte what the old contract answered; empty for a hole. */
  readonly uri: string;
}

const addressStart = 12;
/** `MAX_URI_LENGTH` of the contract: with a longer one the token could never be minted, nor the migration sealed. */
const longestUri = 8192;

/**
 * The leaf that `KIP17Migrated` builds for a token, 32 bytes: `keccak256(keccak256(abi.encode(uint256 oldChainId, address
 * oldContract, uint256 id, address owner, keccak256(uri))))`. Hashed twice, so that no inner node can pass for a leaf.
 *
 * @throws `ERR_CONFIG_INVALID`, `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function commitmentLeaf(collection: OldCollection, token: CommittedToken): Hex {
  return bytesToHex(createLeafHasher(collection)(token));
}

export function createLeafHasher({ oldChainId, oldContract }: OldCollection): (token: CommittedToken) => Uint8Array {
  if (!Number.isSafeInteger(oldChainId) || oldChainId < 1) throw invalidTokens("oldChainId is a whole number from 1");
  const encoded = Buffer.alloc(5 * wordLength);
  writeNumber(encoded, 0, BigInt(oldChainId));
  encoded.write(addressDigits(oldContract), wordLength + addressStart, "hex");
  // Neighbours often have one owner, or one URI: what was last seen is not checked and hashed again.
  let lastOwner: string | undefined;
  let lastUri: string | undefined;

  return (token) => {
    if (!isObject(token)) throw invalidTokens("an entry is no object");
    const { id, owner, uri } = token;
    encoded.fill(0, 2 * wordLength, 3 * wordLength);
    writeNumber(encoded, 2 * wordLength, checkId(id));
    if (typeof uri !== "string" || !uri.isWellFormed()) throw invalidTokens("a URI is no text, or ill-formed", { id });
    if (owner === "hole" && uri !== "") throw invalidTokens("a hole has a URI", { id });
    if (uri !== lastUri && Buffer.byteLength(uri, "utf8") > longestUri)
      throw invalidTokens(`a URI has more than ${longestUri} bytes`, { id });
    if (owner !== lastOwner) {
      encoded.write(ownerDigits(owner), 3 * wordLength + addressStart, "hex");
      lastOwner = owner;
    }
    if (uri !== lastUri) {
      encoded.set(keccak(Buffer.from(uri, "utf8")), 4 * wordLength);
      lastUri = uri;
    }
    return keccak(keccak(encoded));
  };
}
