// Recursive Length Prefix: https://ethereum.org/developers/docs/data-structures-and-encoding/rlp/

const emptyBytes = Buffer.from([0x80]);

export function rlpBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return emptyBytes;
  if (bytes.length === 1 && (bytes[0] ?? 0) < 0x80) return bytes;
  return Buffer.concat([prefix(0x80, bytes.length), bytes]);
}

/** A number without leading zeros; zero is no byte at all. */
export function rlpNumber(value: bigint | number): Uint8Array {
  if (value < 0x80) return value > 0 ? Buffer.from([Number(value)]) : emptyBytes;
  const digits = value.toString(16);
  return rlpBytes(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex"));
}

/** @param items - each encoded already. */
export function rlpList(items: readonly Uint8Array[]): Uint8Array {
  const length = items.reduce((sum, item) => sum + item.length, 0);
  return Buffer.concat([prefix(0xc0, length), ...items]);
}

function prefix(offset: number, length: number): Uint8Array {
  if (length <= 55) return Buffer.from([offset + length]);
  const digits = length.toString(16);
  const size = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return Buffer.concat([Buffer.from([offset + 55 + size.length]), size]);
}

/**
 * The item at a place of a list of items that are no lists themselves, as far as that place.
 *
 * @param start - where the list begins.
 * @returns undefined where the bytes are no such list.
 */
export function rlpItem(bytes: Uint8Array, start: number, place: number): Uint8Array | undefined {
  const list = header(bytes, start);
  if (list?.isList !== true) return undefined;
  let at = list.from;
  for (let index = 0; ; index += 1) {
    const item = at < list.to ? header(bytes, at) : undefined;
    if (item === undefined || item.isList || item.to > list.to) return undefined;
    if (index === place) return bytes.subarray(item.from, item.to);
    at = item.to;
  }
}

interface Header {
  readonly isList: boolean;
  readonly from: number;
  readonly to: number;
}

function header(bytes: Uint8Array, at: number): Header | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { isList: false, from: at, to: at + 1 };
  const isList = first >= 0xc0;
  const short = first - (isList ? 0xc0 : 0x80);
  if (short <= 55) return inside(bytes, isList, at + 1, short);
  const size = short - 55;
  let length = 0;
  for (let index = 1; index <= size; index += 1) length = length * 256 + (bytes[at + index] ?? 0);
  return inside(bytes, isList, at + 1 + size, length);
}

function inside(bytes: Uint8Array, isList: boolean, from: number, length: number): Header | undefined {
  return from + length <= bytes.length ? { isList, from, to: from + length } : undefined;
}
