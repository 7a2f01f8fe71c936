import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import type { Reservation } from "../../../src/transactions/policy/policy.ts";
import { askOf, newUser, openPolicy, transfer } from "./open-policy.ts";

const limit = 1_000n;
const windowMs = 60_000;
const partMs = windowMs / 60;

/** One amount of the reference: what was let pass, and when. */
interface Passed {
  readonly atMs: number;
  readonly amount: bigint;
  readonly held: readonly Reservation[];
  isReturned: boolean;
}

const anyStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("admit" as const), amount: fc.bigInt({ min: 1n, max: 400n }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("return" as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("spend" as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("recheck" as const), which: fc.nat(30) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat(3 * partMs), fc.nat(2 * windowMs), fc.constantFrom(1, partMs - 1, partMs, windowMs)),
    }),
  },
);

const sumOf = (passed: readonly Passed[]): bigint => passed.reduce((sum, { amount }) => sum + amount, 0n);

// Budget of the file: 15 s.
describe("a rolling limit against a reference that keeps every amount with its time", () => {
  it("never passes more in any window, refuses nothing that fits, and takes what is returned as never passed", async () => {
    const { inBook, clock } = await openPolicy({
      rules: [{ name: "rolling", limit: { value: limit, windowMs, per: "user" } }],
    });
    const seen = { passed: 0, refused: 0, returned: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(partMs), fc.array(anyStep, { minLength: 30, maxLength: 60 }), async (offset, steps) => {
        const user = newUser();
        const passed: Passed[] = [];
        const live = (): Passed[] => passed.filter(({ isReturned }) => !isReturned);
        let nowMs = clock.now() + offset;
        await inBook([user], async (book) => {
          const ask = (amount: bigint) => askOf(user, transfer(amount), nowMs);
          for (const step of steps) {
            if (step.kind === "wait") {
              nowMs += step.ms;
              continue;
            }
            if (step.kind === "admit") {
              let held: readonly Reservation[] | undefined;
              try {
                held = await book.admit(ask(step.amount));
              } catch (error) {
                if (!isLatchkeyError(error, "ERR_POLICY_DENIED")) throw error;
              }
              const inWindow = sumOf(live().filter(({ atMs }) => atMs > nowMs - windowMs));
              // Whatever may still be in a part of the window that counts.
              const atMost = sumOf(live().filter(({ atMs }) => atMs > nowMs - windowMs - partMs));
              if (held === undefined) {
                seen.refused += 1;
                expect(atMost + step.amount).toBeGreaterThan(limit);
              } else {
                seen.passed += 1;
                expect(inWindow + step.amount).toBeLessThanOrEqual(limit);
                passed.push({ atMs: nowMs, amount: step.amount, held, isReturned: false });
              }
              continue;
            }
            const open = live();
            const one = open[step.which % Math.max(open.length, 1)];
            if (one === undefined) continue;
            if (step.kind === "return") {
              await book.settle(one.held, { kind: "returned" });
              one.isReturned = true;
              seen.returned += 1;
            } else if (step.kind === "spend") {
              await book.settle(one.held, { kind: "spent", fee: 0n });
            } else if (one.atMs > nowMs - windowMs) {
              // What still counts is not counted again.
              expect(await book.recheck(ask(one.amount), one.held)).toEqual(one.held);
            }
          }
        });
      }),
      { numRuns: 500 },
    );
    // The schedules reach all of it.
    expect(Math.min(seen.passed, seen.refused, seen.returned)).toBeGreaterThan(100);
  });
});
