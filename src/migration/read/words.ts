import type { CallAnswer } from "./calls.ts";

const wordDigits = 64;
const zeroAddress = `0x${"0".repeat(40)}`;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The one word of an answer; undefined for any other answer. */
export function numberIn(answer: CallAnswer | undefined): bigint | undefined {
  return answer?.kind === "data" && answer.data.length === 2 + wordDigits ? BigInt(answer.data) : undefined;
}

/** In lower case; undefined for what is none. */
export function addressIn(answer: CallAnswer | undefined): string | undefined {
  const value = numberIn(answer);
  return value === undefined || value >= 2n ** 160n ? undefined : `0x${value.toString(16).padStart(40, "0")}`;
}

export function booleanIn(answer: CallAnswer | undefined): boolean | undefined {
  const value = numberIn(answer);
  return value === 0n || value === 1n ? value === 1n : undefined;
}

export function isZero(address: string): boolean {
  return address === zeroAddress;
}

/** A text as a contract answers it, or why it is none: the end of a sentence. */
export type TextRead = { readonly text: string } | { readonly fault: string };

/**
 * The `string` that is answered, byte for byte.
 *
 * @param longest - in bytes.
 */
export function textIn(data: string, longest: number): TextRead {
  const garbage = { fault: "gives something that is no text" };
  const start = offsetAt(data, 0);
  const length = start === undefined ? undefined : offsetAt(data, start);
  if (start === undefined || length === undefined) return garbage;
  if (length > longest) return { fault: `gives more than ${String(longest)} bytes` };
  const from = 2 + 2 * (start + 32);
  const bytes = Buffer.from(data.slice(from, from + 2 * length), "hex");
  if (bytes.length !== length) return garbage;
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    return { fault: "gives bytes that are no UTF-8" };
  }
}

/** A word that is a place or a length within an answer. */
function offsetAt(data: string, byte: number): number | undefined {
  const word = data.slice(2 + 2 * byte, 2 + 2 * byte + wordDigits);
  if (word.length !== wordDigits) return undefined;
  const value = BigInt(`0x${word}`);
  return value <= 2n ** 32n ? Number(value) : undefined;
}
