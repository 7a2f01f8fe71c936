import { describe, expect, it } from "vitest";
import { SingleFlight } from "../../src/units/single-flight.ts";
import { thrownBy } from "../harness/errors.ts";

// Budget of the file: 1 s.
describe("SingleFlight", () => {
  it("runs work once for all who come while it runs, and anew for who comes later", async () => {
    const flights = new SingleFlight<number>();
    let runs = 0;
    const work = async (): Promise<number> => {
      await Promise.resolve();
      runs += 1;
      return runs;
    };
    expect(new Set(await Promise.all(Array.from({ length: 1000 }, () => flights.do("key", work))))).toEqual(
      new Set([1]),
    );
    expect(await flights.do("key", work)).toBe(2);
  });

  it("keeps keys apart", async () => {
    const flights = new SingleFlight<string>();
    const keys = ["a", "b", "__proto__", ""];
    expect(await Promise.all(keys.map((key) => flights.do(key, () => Promise.resolve(`of ${key}`))))).toEqual(
      keys.map((key) => `of ${key}`),
    );
  });

  it("gives a failure to all who wait, and none to who comes later", async () => {
    const flights = new SingleFlight<string>();
    const fault = new Error("work");
    const failing = (): Promise<string> => Promise.reject(fault);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => thrownBy(() => flights.do("key", failing))));
    expect(new Set(outcomes)).toEqual(new Set([fault]));
    expect(await flights.do("key", () => Promise.resolve("done"))).toBe("done");
    const throwing = (): Promise<string> => {
      throw fault;
    };
    expect(await thrownBy(() => flights.do("key", throwing))).toBe(fault);
    expect(await flights.do("key", () => Promise.resolve("done"))).toBe("done");
  });

  it("settled waits for every flight, for failures and for flights that begin meanwhile", async () => {
    const flights = new SingleFlight<undefined>();
    await flights.settled();
    const [one, two] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const failing = thrownBy(() => flights.do("one", () => one.promise));
    const state = { settled: false };
    const settled = flights.settled().then(() => (state.settled = true));
    const later = flights.do("two", () => two.promise);
    one.reject(new Error("work"));
    await failing;
    expect(state.settled).toBe(false);
    two.resolve(undefined);
    await later;
    await settled;
  });
});
