import { describe, expect, it } from "vitest";
import { settleAll } from "../../src/units/settle-all.ts";
import { thrownBy } from "../harness/errors.ts";

// Budget of the file: 1 s.
describe("settleAll", () => {
  it("resolves when all have", async () => {
    await settleAll([]);
    await settleAll([Promise.resolve(1), Promise.resolve(2)]);
  });

  it("throws the first failure of the list, whichever came first, when the last has settled", async () => {
    const slow = Promise.withResolvers<undefined>();
    const [first, second] = [new Error("first"), new Error("second")];
    const state = { settled: false };
    const outcome = thrownBy(() => settleAll([Promise.resolve(), slow.promise, Promise.reject(second)])).finally(
      () => (state.settled = true),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.settled).toBe(false);
    slow.reject(first);
    expect(await outcome).toBe(first);
  });
});
