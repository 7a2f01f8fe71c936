import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RowFields } from "../../../src/ports/row-macs.ts";
import { isRow, rowBytes } from "../../../src/vault/row-macs/row-bytes.ts";

// Any code units, so that lone surrogates are among them; few and short, so that two rows are often alike.
const anyText = fc.oneof(
  fc.constantFrom("", "a", "b", "ab", "1", "0", "null", "\u0000", "\ud800", "\udfff"),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const anyValue = fc.oneof(
  anyText,
  fc.integer({ min: -2, max: 2 }),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: -2n, max: 2n }),
  fc.bigInt(),
  fc.constant(null),
);
const anyRow = fc.dictionary(anyText, anyValue, { maxKeys: 4, noNullPrototype: true });
const anyTable = fc.constantFrom("", "a", "ab", "latchkey_a");

function isSame(a: RowFields, b: RowFields): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}

const hexOf = (table: string, row: RowFields): string => rowBytes(table, row).toString("hex");

// Budget of the file: 5 s.
describe("a row's bytes", () => {
  it("are those of no other row and no other table", () => {
    fc.assert(
      fc.property(anyTable, anyRow, anyTable, anyRow, (oneTable, one, otherTable, other) => {
        const isEqual = hexOf(oneTable, one) === hexOf(otherTable, other);
        expect(isEqual).toBe(oneTable === otherTable && isSame(one, other));
      }),
      { numRuns: 3_000 },
    );
  });

  it("change with any one field's name or value", () => {
    fc.assert(
      fc.property(anyRow, anyText, anyValue, anyValue, (row, name, one, other) => {
        const bytes = hexOf("t", { ...row, [name]: one });
        expect(bytes === hexOf("t", { ...row, [name]: other })).toBe(one === other);
        const { [name]: _, ...without } = row;
        expect(hexOf("t", without)).not.toBe(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it("do not change with the order of the fields", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const reversed = Object.fromEntries(Object.entries(row).reverse());
        expect(hexOf("t", reversed)).toBe(hexOf("t", row));
      }),
    );
  });

  it("tell what looks alike apart", () => {
    const values = [1, 1n, "1", null, "", "null", 0, 0n, "0", -1, 1.5, NaN, "\ud800", "\udc00", "\ufffd"];
    const seen = values.map((value) => hexOf("t", { field: value }));
    expect(new Set(seen).size).toBe(values.length);
    expect(hexOf("t", { field: -0 })).toBe(hexOf("t", { field: 0 }));
    expect(hexOf("t", {})).not.toBe(hexOf("t", { field: null }));
    expect(hexOf("t", { ab: "c" })).not.toBe(hexOf("t", { a: "bc" }));
    expect(hexOf("t", { a: "b", c: "d" })).not.toBe(hexOf("t", { a: "bcd" }));
    expect(hexOf("ta", { b: "c" })).not.toBe(hexOf("t", { ab: "c" }));
  });

  it("are this layout, which stored rows depend on", () => {
    const part = (tag: string, text: string): string =>
      `${tag}${(text.length / 2).toString(16).padStart(8, "0")}${text}`;
    const utf16 = (text: string): string => Buffer.from(text, "utf16le").toString("hex");
    expect(hexOf("t", { b: -12n, a: "é", d: null, c: 1.5 })).toBe(
      [
        part("01", utf16("t")),
        part("02", utf16("a")) + part("03", utf16("é")),
        part("02", utf16("b")) + part("05", Buffer.from("-12").toString("hex")),
        part("02", utf16("c")) + part("04", "3ff8000000000000"),
        part("02", utf16("d")) + part("06", ""),
      ].join(""),
    );
  });

  it.each([undefined, true, {}, [], new Uint8Array(1), Symbol("s")])("are not made of %s", (value) => {
    const row = { good: 1, bad: value };
    expect(isRow(row)).toBe(false);
    // As a JavaScript caller can.
    expect(() => void Reflect.apply(rowBytes, undefined, ["t", row])).toThrow(TypeError);
  });
});
