import type { Hex } from "../units/brands.ts";
import { bytesToHex } from "../units/bytes.ts";

/** The bytes of a word of the EVM. */
export const wordLength = 32;

/** Writes a number of at most 256 bits at the end of a word, which was zero. */
export function writeNumber(target: Buffer, offset: number, value: bigint): void {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  target.write(even, offset + wordLength - even.length / 2, "hex");
}

export function hexOfWord(bytes: Buffer, index: number): Hex {
  return bytesToHex(bytes.subarray(index * wordLength, (index + 1) * wordLength));
}
