import { invalidCall } from "./errors.ts";
import type { ChainAdapter } from "../ports/chain-adapter.ts";

// Whoever calls from JavaScript may have given anything.

const aliasPattern = /^[a-z][a-z0-9-]{0,63}$/;
const largestId = 2n ** 256n - 1n;
/** `MAX_URI_LENGTH` of the contracts, in bytes of UTF-8. */
const longestUri = 8_192;
const longestName = 256;

/** @throws `ERR_CONFIG_INVALID`. */
export function requireAlias(alias: unknown, call: string): string {
  if (typeof alias === "string" && aliasPattern.test(alias)) return alias;
  throw invalidCall(call, 'alias is 1 to 64 of a-z, 0-9 and "-", a letter first');
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireText(text: unknown, what: string, call: string): string {
  if (typeof text === "string" && text.isWellFormed() && !text.includes("\0") && text.length <= longestName)
    return text;
  throw invalidCall(call, `${what} is well-formed text of at most ${String(longestName)} characters`);
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireId(id: unknown, call: string): bigint {
  if (typeof id === "bigint" && id >= 0n && id <= largestId) return id;
  throw invalidCall(call, "id is a bigint from 0 to 2^256-1");
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireUri(uri: unknown, call: string): string {
  if (typeof uri === "string" && uri.isWellFormed() && Buffer.byteLength(uri) <= longestUri) return uri;
  throw invalidCall(call, `uri is well-formed text of at most ${String(longestUri)} bytes`);
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireBlock(block: unknown, what: string, call: string): number {
  if (typeof block === "bigint" && block >= 0n && block <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(block);
  throw invalidCall(call, `${what} is a block number, a bigint from 0`);
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireLimit(limit: unknown, call: string): number {
  if (limit === undefined) return 100;
  if (typeof limit === "number" && Number.isInteger(limit) && limit >= 1 && limit <= 500) return limit;
  throw invalidCall(call, "limit is a whole number from 1 to 500");
}

/** @throws `ERR_CONFIG_INVALID`. */
export function requireCursor(cursor: unknown, pattern: RegExp, call: string): string | undefined {
  if (cursor === undefined) return undefined;
  if (typeof cursor === "string" && pattern.test(cursor)) return cursor;
  throw invalidCall(call, "the cursor is none of nextCursor's");
}

/** An address, lower-case, as the index holds it. @throws `ERR_CHAIN_ADDRESS_INVALID`. */
export function lowerAddress(chain: ChainAdapter, address: string): string {
  return chain.scheme.parseAddress(address).toLowerCase();
}

/** A token's id as the index holds it: 64 hexadecimal digits, so that text sorts as numbers do. */
export function idText(id: bigint): string {
  return id.toString(16).padStart(64, "0");
}

export const zeroAddress = "0x0000000000000000000000000000000000000000";
