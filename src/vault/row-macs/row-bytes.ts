import type { RowFields } from "../../ports/row-macs.ts";

// One byte before each part, so that no value passes for one of another type.
const tags = { table: 1, name: 2, string: 3, number: 4, bigint: 5, null: 6 } as const;

/**
 * What a row says, as bytes that no other row has: the table first, then each field's name and value in the order of the names by code
 * unit. Each part has a byte for its type and four for its length in front. Text is UTF-16, since two texts with lone surrogates have one
 * form in UTF-8; numbers are their eight bytes in IEEE 754.
 *
 * @throws TypeError for a value of another type: what is not in the bytes would not be protected.
 */
export function rowBytes(table: string, row: RowFields): Buffer {
  if (!isRow(row)) throw new TypeError("A row's field is neither text, number, bigint nor null.");
  const parts = [part(tags.table, text(table))];
  const fields = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of fields) parts.push(part(tags.name, text(name)), valuePart(value));
  return Buffer.concat(parts);
}

/** Whether every field is of a type that has bytes here. */
export function isRow(row: Readonly<Record<string, unknown>>): row is RowFields {
  const types = ["string", "number", "bigint"];
  return Object.values(row).every((value) => value === null || types.includes(typeof value));
}

function valuePart(value: string | number | bigint | null): Buffer {
  if (value === null) return part(tags.null, Buffer.alloc(0));
  if (typeof value === "string") return part(tags.string, text(value));
  if (typeof value === "bigint") return part(tags.bigint, Buffer.from(value.toString(), "ascii"));
  return part(tags.number, doubleOf(value));
}

function doubleOf(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  // Minus zero is zero, as it is for a database.
  bytes.writeDoubleBE(value + 0);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(value, "utf16le");
}

function part(tag: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(tag);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
