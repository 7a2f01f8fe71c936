import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTokenBook } from "../../../src/migration/verify/token-book.ts";

// The book against a plain model of it. Budget: 5 s.

const zero = `0x${"0".repeat(40)}`;
const owners = ["aa", "bb", "cc"].map((byte) => `0x${byte.repeat(20)}`);

describe("a token book", () => {
  it("tells of each id what its logs tell, whatever their order and number", () => {
    const id = fc.oneof(fc.bigInt(0n, 200n), fc.constantFrom(2n ** 64n, 2n ** 128n, 2n ** 256n - 1n));
    const log = fc.record({ id, to: fc.constantFrom(zero, ...owners) });
    fc.assert(
      fc.property(
        fc.array(log, { maxLength: 400 }),
        fc.array(fc.tuple(id, fc.constantFrom(undefined, ...owners))),
        (logs, expected) => {
          const book = createTokenBook();
          const seen = new Map<bigint, string[]>();
          for (const { id: token, to } of logs) {
            const before = seen.get(token) ?? [zero];
            book.record({ id: token, from: before.at(-1) ?? zero, to, isLate: false });
            seen.set(token, [...before, to]);
          }
          for (const [token, path] of seen) {
            const mints = path.slice(1).filter((_, place) => path[place] === zero).length;
            const now = path.at(-1);
            expect(book.traceOf(token)).toEqual({
              mints: Math.min(mints, 255),
              firstOwner: path[1] === zero ? undefined : path[1],
              owner: now === zero ? undefined : now,
              hasMoved: mints < path.length - 1,
              isLate: false,
              isBroken: false,
            });
          }
          const wanted = new Map(expected);
          for (const [token, owner] of wanted) book.expect(token, owner);
          const alive = [...wanted].filter(([, owner]) => owner !== undefined);
          expect(new Set([...book.alive()].map(({ id: token, owner }) => `${String(token)} ${owner}`))).toEqual(
            new Set(alive.map(([token, owner]) => `${String(token)} ${String(owner)}`)),
          );
          expect(book.aliveCount()).toBe(alive.length);
          expect([...book.balances().values()].reduce((sum, count) => sum + count, 0)).toBe(alive.length);
          expect(new Set(book.strangers())).toEqual(new Set([...seen.keys()].filter((token) => !wanted.has(token))));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("notices a log whose sender is not the owner before", () => {
    const book = createTokenBook();
    const [alice = "", bob = "", carol = ""] = owners;
    book.record({ id: 1n, from: zero, to: alice, isLate: true });
    expect(book.traceOf(1n)).toMatchObject({ isBroken: false, isLate: true });
    book.record({ id: 1n, from: bob, to: carol, isLate: true });
    expect(book.traceOf(1n)).toMatchObject({ isBroken: true, owner: carol });
    expect(book.traceOf(2n)).toBeUndefined();
    expect([book.see(1n), book.see(1n), book.wasSeen(3n)]).toEqual([false, true, false]);
  });
});
