/** An item of an RLP list: the bytes of a string, or of a list's items. */
export interface RlpItem {
  readonly isList: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Takes a list's bytes apart into its items, one level down. Spec: Yellow Paper, appendix B.
 *
 * @returns undefined where an item does not end where the bytes do.
 */
export function rlpItems(bytes: Uint8Array): readonly RlpItem[] | undefined {
  const items: RlpItem[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { isList, start, end } = itemAt(bytes, at);
    if (end > bytes.length) return undefined;
    items.push({ isList, bytes: bytes.subarray(start, end) });
    at = end;
  }
  return items;
}

/** Where the bytes of the item that begins at `at` are. They may end behind what there is. */
function itemAt(bytes: Uint8Array, at: number): { isList: boolean; start: number; end: number } {
  const prefix = bytes[at] ?? 0;
  if (prefix < 0x80) return { isList: false, start: at, end: at + 1 };
  const isList = prefix >= 0xc0;
  const short = prefix - (isList ? 0xc0 : 0x80);
  if (short < 56) return { isList, start: at + 1, end: at + 1 + short };
  const start = at + 1 + short - 55;
  // A length that is cut off ends behind what there is.
  const length = bytes.subarray(at + 1, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return { isList, start, end: start + length };
}
