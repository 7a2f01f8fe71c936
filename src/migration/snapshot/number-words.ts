import { randomBytes } from "node:crypto";

/** Numbers of at most 256 bits, each kept once, outside the heap: 32 bytes and eight more for its place in a table. */
export interface NumberedWords {
  readonly size: number;
  /** Of hexadecimal digits without 0x: 0 for the first one seen, and on. */
  numberOf(digits: string): number;
  /** 64 digits. */
  digitsAt(number: number): string;
  /** Below, at or above 0, as the one is lower than the other, the same, or higher. */
  compare(one: number, other: number): number;
}

const width = 32;
const smallestTable = 4096;

export function createNumberedWords(): NumberedWords {
  // Of random factors: strangers may choose ids, and shall not choose where they go.
  const factors = Uint32Array.from({ length: width / 4 }, () => randomBytes(4).readUInt32LE() | 1);
  const scratch = Buffer.alloc(width);
  let words = Buffer.alloc((smallestTable / 2) * width);
  let table = new Uint32Array(smallestTable);
  let size = 0;

  const slotOf = (bytes: Buffer, at: number): number => {
    let sum = 0;
    for (const [index, factor] of factors.entries()) {
      const part = bytes.readUInt32LE(at + 4 * index);
      sum = (sum + Math.imul(factor, part ^ (part >>> 15))) | 0;
    }
    return Math.imul(sum ^ (sum >>> 16), 0x9e3779b1) >>> (32 - Math.log2(table.length));
  };
  /** The slot that holds it, or the free one where it belongs. */
  const find = (bytes: Buffer, at: number): number => {
    let slot = slotOf(bytes, at);
    for (let held = table[slot] ?? 0; held !== 0; held = table[slot] ?? 0) {
      if (words.compare(bytes, at, at + width, (held - 1) * width, held * width) === 0) break;
      slot = (slot + 1) % table.length;
    }
    return slot;
  };
  const grow = (): void => {
    words = Buffer.concat([words], words.length * 2);
    table = new Uint32Array(table.length * 2);
    for (let number = 0; number < size; number += 1) table[find(words, number * width)] = number + 1;
  };

  return {
    get size() {
      return size;
    },
    numberOf: (digits) => {
      scratch.write(digits.padStart(2 * width, "0"), "hex");
      const slot = find(scratch, 0);
      const held = table[slot] ?? 0;
      if (held !== 0) return held - 1;
      words.set(scratch, size * width);
      size += 1;
      table[slot] = size;
      if (2 * size === table.length) grow();
      return size - 1;
    },
    digitsAt: (number) => words.toString("hex", number * width, (number + 1) * width),
    compare: (one, other) => words.compare(words, other * width, (other + 1) * width, one * width, (one + 1) * width),
  };
}
