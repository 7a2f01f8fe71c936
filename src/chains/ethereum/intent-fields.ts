import type { Hex } from "../../units/brands.ts";
import { isHex } from "../../units/bytes.ts";
import { invalidIntent } from "./invalid-intent.ts";
import { isRecord } from "../../units/is-record.ts";
import { parseAddress } from "./scheme.ts";

// Whoever calls from JavaScript may have written anything into an intent. All of these throw `ERR_CHAIN_INTENT_INVALID`.

const largestValue = 2n ** 256n - 1n;
// EIP-3860 caps init code at 49,152 bytes; other chains allow more, none this much.
export const longestData = 512 * 1024;
const zeroAddress = `0x${"0".repeat(40)}`;

export function body<T extends object>(given: T): T {
  if (isRecord(given)) return given;
  throw invalidIntent("has to be an object with an object in it");
}

/** What is not known is not left out in silence: it may be what the caller meant. */
export function only<T extends object>(given: T, names: readonly string[]): T {
  const checked = body(given);
  if (Object.keys(checked).every((name) => names.includes(name))) return checked;
  throw invalidIntent(`has a member other than ${names.join(", ")}`);
}

export function list(args: readonly unknown[]): readonly unknown[] {
  if (Array.isArray(args)) return args;
  throw invalidIntent("has args that are not an array");
}

/** @param what - `value`, `amount`. */
export function amount(value: bigint, what = "value"): bigint {
  if (typeof value === "bigint" && value >= 0n && value <= largestValue) return value;
  const unit = what === "value" ? "base units" : "the token's smallest unit";
  throw invalidIntent(`has a ${what} that is not a bigint of ${unit}, from 0 to 2^256 - 1`);
}

export function bytes(value: string, what: string): Hex {
  if (typeof value === "string" && value.length <= 2 + 2 * longestData && isHex(value)) return value;
  throw invalidIntent(`has ${what} that is not 0x and whole bytes in hexadecimal, at most ${String(longestData)}`);
}

/**
 * An address that can own something. The zero address is what is left where a destination was forgotten, and what goes there is lost.
 *
 * @throws also `ERR_CHAIN_ADDRESS_INVALID`.
 */
export function owner(address: string): string {
  const checked = parseAddress(address);
  if (checked !== zeroAddress) return checked;
  throw invalidIntent(
    "has the zero address as its destination, which nobody has the key of; to burn, use data or call",
  );
}
