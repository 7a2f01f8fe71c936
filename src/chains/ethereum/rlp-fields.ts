import { type RlpItem, rlpItems } from "./rlp-items.ts";

const none = new Uint8Array(0);

/** The items of the one list that the bytes are; nothing where they are none. */
export function listIn(bytes: Uint8Array): readonly RlpItem[] {
  const [list, ...more] = rlpItems(bytes) ?? [];
  return list?.isList === true && more.length === 0 ? (rlpItems(list.bytes) ?? []) : [];
}

export function stringIn(item: RlpItem | undefined): Uint8Array {
  return item?.isList === false ? item.bytes : none;
}

/** Undefined where it is no number of at most 32 bytes. */
export function numberIn(item: RlpItem | undefined): bigint | undefined {
  if (item?.isList !== false || item.bytes.length > 32) return undefined;
  return item.bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(item.bytes).toString("hex")}`);
}
