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
