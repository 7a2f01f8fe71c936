import { types } from "node:util";
import { longestData } from "./intent-fields.ts";
import { invalidIntent } from "./invalid-intent.ts";

/**
 * Refuses arguments that cannot fit into a transaction before they are encoded: encoding 10 MB takes seconds, in which nothing else runs.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`.
 */
export function requireShort(args: readonly unknown[]): void {
  let left = longestData;
  const seen = new Set<object>();
  const take = (value: unknown): void => {
    left -= bytesOf(value);
    if (left < 0) throw tooLong();
    if (typeof value !== "object" || value === null || types.isUint8Array(value)) return;
    if (seen.has(value)) throw tooLong();
    seen.add(value);
    for (const each of Object.values(value)) take(each);
    seen.delete(value);
  };
  for (const arg of args) take(arg);
}

/** A word at least, whatever it is. */
function bytesOf(value: unknown): number {
  if (types.isUint8Array(value)) return Math.max(32, value.length);
  if (typeof value !== "string") return 32;
  return Math.max(32, value.startsWith("0x") ? value.length / 2 : value.length);
}

function tooLong(): Error {
  return invalidIntent(`has arguments of more than ${String(longestData)} bytes`);
}
