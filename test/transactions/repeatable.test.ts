import { describe, expect, it } from "vitest";
import { repeatable } from "../../src/transactions/repeatable.ts";

/** Work that ends when it is told to. */
function scene() {
  const running: (() => void)[] = [];
  let started = 0;
  const work = repeatable(() => {
    started += 1;
    return new Promise<void>((resolve) => running.push(resolve));
  });
  return {
    work,
    started: () => started,
    /** Ends the one that runs, and lets what follows begin. */
    end: async () => {
      running.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    underWay: () => running.length,
  };
}

// Budget of the file: 1 s.
describe("repeatable work", () => {
  it("runs at once, one at a time, and once more for any number who asked meanwhile", async () => {
    const { work, started, end, underWay } = scene();
    work.run();
    expect([started(), underWay()]).toEqual([1, 1]);
    work.run();
    work.run();
    work.run();
    expect([started(), underWay()]).toEqual([1, 1]);
    await end();
    expect([started(), underWay()]).toEqual([2, 1]);
    await end();
    expect([started(), underWay()]).toEqual([2, 0]);
    work.run();
    expect([started(), underWay()]).toEqual([3, 1]);
    await end();
  });

  it("is settled when nothing runs, also what was asked for while it was waited for", async () => {
    const { work, end, started } = scene();
    await work.settled();
    work.run();
    let isSettled = false;
    const settled = work.settled().then(() => (isSettled = true));
    work.run();
    await end();
    expect([started(), isSettled]).toEqual([2, false]);
    await end();
    await settled;
    expect(started()).toBe(2);
  });
});
