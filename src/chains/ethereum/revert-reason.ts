import type { Interface } from "./abi.ts";
import { parseAbi } from "./abi.ts";
import { boundedDecoding } from "./bounded-decoding.ts";
import type { Ethers } from "./ethers.ts";

const longestReason = 200;

// https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require
const panics: ReadonlyMap<bigint, string> = new Map([
  [0x00n, "generic"],
  [0x01n, "an assertion failed"],
  [0x11n, "arithmetic overflow or underflow"],
  [0x12n, "division or modulo by zero"],
  [0x21n, "no such value of an enum"],
  [0x22n, "a storage byte array is wrongly encoded"],
  [0x31n, "pop of an empty array"],
  [0x32n, "array index out of bounds"],
  [0x41n, "too much memory"],
  [0x51n, "call of a function that was not set"],
]);

/**
 * What a contract reverted with: the text of `Error(string)`, `Panic(17)`, or a custom error with its arguments, as the ABI names it.
 *
 * @param errors - an ABI, or its errors as fragments.
 * @returns undefined for data that none of them explains.
 */
export function reasonIn(
  ethers: Ethers,
  data: string,
  errors: Interface | readonly string[] | undefined,
): string | undefined {
  try {
    const contract = isFragments(errors) ? parseAbi(ethers, errors) : (errors ?? new ethers.Interface([]));
    const parsed = boundedDecoding(ethers, () => contract.parseError(data));
    if (parsed === null) return undefined;
    if (parsed.name === "Error" && parsed.args.length === 1) return plain(String(parsed.args[0]));
    return plain(`${parsed.name}(${parsed.args.map(String).join(", ")})`);
  } catch {
    // A contract may revert with anything, also with what only looks like an error.
    return undefined;
  }
}

/** As `reasonIn`, with the meaning of a panic's code: `Panic(17): arithmetic overflow or underflow`. */
export function meaningIn(ethers: Ethers, data: string, errors: readonly string[]): string | undefined {
  const reason = reasonIn(ethers, data, errors);
  const code = /^0x4e487b71([0-9a-f]{64})$/i.exec(data)?.[1];
  const meaning = code === undefined ? undefined : panics.get(BigInt(`0x${code}`));
  return reason === undefined || meaning === undefined ? reason : `${reason}: ${meaning}`;
}

function isFragments(errors: Interface | readonly string[] | undefined): errors is readonly string[] {
  return Array.isArray(errors);
}

/** On one line and bounded: what is here was written by a contract. */
function plain(text: string): string {
  return text.slice(0, longestReason).replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
}
