import { describe, expect, it } from "vitest";
import { thrownBy } from "../../harness/errors.ts";
import { askOf, hourly, hourMs, newPlace, newUser, openPolicy, transfer } from "./open-policy.ts";

const alice = newUser();

// Budget of the file: 5 s.
describe("recheck", () => {
  it("counts nothing twice", async () => {
    const { inBook, clock } = await openPolicy({ rules: [hourly] });
    const ask = askOf(alice, transfer(100n), clock.now());
    const held = await inBook([alice], (book) => book.admit(ask));
    for (let round = 0; round < 3; round += 1) {
      expect(await inBook([alice], (book) => book.recheck(ask, held))).toEqual(held);
    }
    await inBook([alice], async (book) => {
      expect(await thrownBy(() => book.admit(askOf(alice, transfer(1n), clock.now())))).toMatchObject({
        context: { used: 100n },
      });
    });
  });

  it("holds to today's rules", async () => {
    const shared = newPlace();
    const { inBook, clock } = await openPolicy({ rules: [hourly] }, shared);
    const ask = askOf(alice, transfer(80n), clock.now());
    const held = await inBook([alice], (book) => book.admit(ask));
    const lower = { ...hourly, limit: { value: 79n, windowMs: hourMs, per: "user" } } as const;
    const stricter = await openPolicy({ rules: [lower] }, shared);
    expect(await thrownBy(() => stricter.inBook([alice], (book) => book.recheck(ask, held)))).toMatchObject({
      context: { rule: "hourly", limit: 79n, used: 0n, value: 80n },
    });
    const listed = await openPolicy({ rules: [{ name: "nobody", allowTo: [] }] }, shared);
    expect(await thrownBy(() => listed.inBook([alice], (book) => book.recheck(ask, held)))).toMatchObject({
      context: { rule: "nobody" },
    });
  });

  it("counts what a rule counts that came since, so that it holds for all who wait", async () => {
    const shared = newPlace();
    const { inBook, clock } = await openPolicy(undefined, shared);
    const ask = askOf(alice, transfer(60n), clock.now());
    const held = await inBook([alice], async (book) => [await book.admit(ask), await book.admit(ask)]);
    expect(held).toEqual([[], []]);
    const next = await openPolicy({ rules: [hourly] }, shared);
    const now = await next.inBook([alice], (book) => book.recheck(ask, []));
    expect(now).toMatchObject([{ amount: 60n }]);
    expect(await next.inBook([alice], (book) => book.recheck(ask, now))).toEqual(now);
    expect(await thrownBy(() => next.inBook([alice], (book) => book.recheck(ask, [])))).toMatchObject({
      context: { used: 60n },
    });
  });

  it("counts anew what left the window while it waited, and is refused where others took its place", async () => {
    const { inBook, clock } = await openPolicy({ rules: [hourly] });
    const early = askOf(alice, transfer(100n), clock.now());
    const held = await inBook([alice], (book) => book.admit(early));
    const late = { ...early, nowMs: early.nowMs + 2 * hourMs };
    const anew = await inBook([alice], (book) => book.recheck(late, held));
    expect(anew).toHaveLength(1);
    expect(anew[0]?.bucketMs).toBeGreaterThan(held[0]?.bucketMs ?? Infinity);
    const later = { ...early, nowMs: late.nowMs + 2 * hourMs };
    await inBook([alice], (book) => book.admit({ ...later, intent: transfer(1n) }));
    expect(await thrownBy(() => inBook([alice], (book) => book.recheck(later, anew)))).toMatchObject({
      context: { used: 1n, value: 100n },
    });
  });
});
