import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Turns } from "../../src/units/turns.ts";
import { thrownBy } from "../harness/errors.ts";

// Budget of the file: 2 s.
describe("Turns", () => {
  it("run work of one key one after another, in the order of arrival, however long each takes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }), fc.scheduler(), async (lengths, s) => {
        const turns = new Turns();
        const order: string[] = [];
        const all = lengths.map((length, index) =>
          turns.take("key", async () => {
            order.push(`begin ${String(index)}`);
            for (let step = 0; step < length; step += 1) await s.schedule(Promise.resolve());
            order.push(`end ${String(index)}`);
            return index;
          }),
        );
        expect(await s.waitFor(Promise.all(all))).toEqual(lengths.map((_, index) => index));
        expect(order).toEqual(lengths.flatMap((_, index) => [`begin ${String(index)}`, `end ${String(index)}`]));
      }),
      { numRuns: 50 },
    );
  });

  it("run work of different keys side by side", async () => {
    const turns = new Turns();
    const held = Promise.withResolvers<undefined>();
    const slow = turns.take("a", () => held.promise);
    expect(await turns.take("b", () => Promise.resolve("done"))).toBe("done");
    held.resolve(undefined);
    await slow;
  });

  it("go on after a failure, which is its own caller's alone", async () => {
    const turns = new Turns();
    const fault = new Error("work");
    const failing = thrownBy(() => turns.take("key", () => Promise.reject(fault)));
    const throwing = thrownBy(() =>
      turns.take("key", () => {
        throw fault;
      }),
    );
    expect(await turns.take("key", () => Promise.resolve("done"))).toBe("done");
    expect(await Promise.all([failing, throwing])).toEqual([fault, fault]);
  });

  it("hand no work what the one before gave", async () => {
    const turns = new Turns();
    const given: unknown[] = [];
    const note = (...what: unknown[]): Promise<void> => {
      given.push(what.filter((each) => each !== undefined));
      return Promise.resolve();
    };
    await Promise.all([turns.take("key", note), turns.take("key", note)]);
    expect(given).toEqual([[], []]);
  });
});
