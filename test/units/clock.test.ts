import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/units/clock.ts";
import { thrownBy } from "../harness/errors.ts";
import { runChild } from "../harness/run-child.ts";

const aDay = 24 * 60 * 60_000;

// Durations are of the machine's own time, so nothing is said of how long they take. Budget of the file: 5 s.
describe("systemClock", () => {
  it("tells the time of day, and a time that never goes back", () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now >= before && now <= Date.now()).toBe(true);
    const times = Array.from({ length: 1000 }, () => systemClock.monotonicMs());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("sleeps", async () => {
    const startMs = systemClock.monotonicMs();
    await systemClock.sleep(5);
    // Timers round to whole milliseconds.
    expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(4);
  });

  it("wakes with the signal's own reason, where it is aborted before or during the sleep", async () => {
    const reason = new Error("the caller's");
    expect(await thrownBy(() => systemClock.sleep(aDay, AbortSignal.abort(reason)))).toBe(reason);
    const controller = new AbortController();
    const sleeping = thrownBy(() => systemClock.sleep(aDay, controller.signal));
    controller.abort(reason);
    expect(await sleeping).toBe(reason);
    await systemClock.sleep(0, new AbortController().signal);
  });

  it("calls back once, or never where that was cancelled", async () => {
    const calls: string[] = [];
    const cancel = systemClock.onTimeout(1, () => calls.push("cancelled"));
    cancel();
    await new Promise<void>((resolve) => {
      const keepAlive = setInterval(() => undefined, 1000);
      const stop = systemClock.onTimeout(2, () => {
        calls.push("called");
        clearInterval(keepAlive);
        stop();
        resolve();
      });
    });
    expect(calls).toEqual(["called"]);
  });

  it("keeps no process alive for a call back, and does for a sleep", async () => {
    const { stdout, stderr, code } = await runChild(new URL("children/clock.ts", import.meta.url), []);
    expect({ stdout, stderr, code }).toEqual({ stdout: "slept", stderr: "", code: 0 });
  });
});
