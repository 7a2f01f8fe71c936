import { describe, expect, it } from "vitest";
import { guardedLogger, guardedMeter } from "../../src/telemetry/guarded.ts";
import { metrics } from "../../src/telemetry/metrics.ts";
import { nextTurns } from "../wallets/next-turns.ts";

const failure = new Error("the caller's own");

/** What a caller's function may do instead of returning. The test runner fails for a rejection that nobody handles. */
const misdeeds: readonly (readonly [what: string, call: () => unknown])[] = [
  [
    "throws",
    () => {
      throw failure;
    },
  ],
  [
    "throws undefined",
    () => {
      const nothing: unknown = undefined;
      throw nothing;
    },
  ],
  ["rejects", () => Promise.reject(failure)],
  [
    "rejects later",
    async () => {
      await nextTurns();
      throw failure;
    },
  ],
  ["returns a promise whose then throws", () => Object.defineProperty({}, "then", { get: () => throwIt() })],
  ["returns a proxy that throws", () => new Proxy({}, { has: () => throwIt() })],
  ["returns a promise for ever", () => new Promise(() => undefined)],
];

function throwIt(): never {
  throw failure;
}

// Budget of the file: 1 s.
describe.each(misdeeds)("what %s", (_what, call) => {
  it("gets out of no meter", async () => {
    guardedMeter({ record: call }).record(metrics.logins, 1, { outcome: "created" });
    await nextTurns();
  });

  it.each(["debug", "info", "warn", "error"] as const)("gets out of no logger's %s", async (level) => {
    guardedLogger({ debug: call, info: call, warn: call, error: call })[level]({ field: 1 }, "message");
    await nextTurns();
  });
});

describe("a guarded part", () => {
  it("hands on what it is given, to the method of the same name", () => {
    const heard: unknown[] = [];
    const at =
      (level: string) =>
      (...given: unknown[]): void => {
        heard.push([level, ...given]);
      };
    guardedMeter({ record: at("record") }).record(metrics.signatures, 2, { scheme: "evm", outcome: "ok" });
    const logger = guardedLogger({ debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") });
    for (const level of ["debug", "info", "warn", "error"] as const) logger[level]({ field: level }, `text ${level}`);
    expect(heard).toEqual([
      ["record", metrics.signatures, 2, { scheme: "evm", outcome: "ok" }],
      ...["debug", "info", "warn", "error"].map((level) => [level, { field: level }, `text ${level}`]),
    ]);
  });

  it("calls methods as methods, also when it is taken apart itself", () => {
    class OwnLogger {
      readonly #heard: string[] = [];
      debug(_fields: object, message: string): void {
        this.#heard.push(message);
      }
      info(_fields: object, message: string): void {
        this.#heard.push(message);
      }
      warn(_fields: object, message: string): void {
        this.#heard.push(message);
      }
      error(_fields: object, message: string): void {
        this.#heard.push(message);
      }
      get heard(): readonly string[] {
        return this.#heard;
      }
    }
    const own = new OwnLogger();
    const { debug, info, warn, error } = guardedLogger(own);
    for (const log of [debug, info, warn, error]) log({}, "heard");
    expect(own.heard).toEqual(["heard", "heard", "heard", "heard"]);

    const counts = new (class {
      readonly #values: number[] = [];
      record(_metric: object, value: number): number {
        return this.#values.push(value);
      }
      get values(): readonly number[] {
        return this.#values;
      }
    })();
    const { record } = guardedMeter(counts);
    record(metrics.logins, 7, { outcome: "created" });
    expect(counts.values).toEqual([7]);
  });
});
