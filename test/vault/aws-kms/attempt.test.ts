import { describe, expect, it, vi } from "vitest";
import { LatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { attempt } from "../../../src/vault/aws-kms/attempt.ts";
import type { Outcome } from "../../../src/vault/aws-kms/fault.ts";
import { thrownBy } from "../../harness/errors.ts";
import { ManualClock } from "../../harness/manual-clock.ts";

const never = new AbortController().signal;

describe("attempt", () => {
  it("hands a late answer to be dropped, once, and not to the caller", async () => {
    const clock = new ManualClock();
    const slow = Promise.withResolvers<Outcome<string>>();
    const dropLate = vi.fn();
    const seen: AbortSignal[] = [];
    const call = (signal: AbortSignal): Promise<Outcome<string>> => {
      seen.push(signal);
      return slow.promise;
    };
    const given = attempt(call, { clock, timeoutMs: 10, signal: never, dropLate });
    await clock.advance(9);
    expect(seen.map((signal) => signal.aborted)).toEqual([false]);
    await clock.advance(1);
    await expect(given).resolves.toMatchObject({
      ok: false,
      fault: { code: "ERR_KMS_UNAVAILABLE", reason: "timeout" },
    });
    expect(seen.map((signal) => signal.aborted)).toEqual([true]);
    expect(dropLate).not.toHaveBeenCalled();
    slow.resolve({ ok: true, value: "late" });
    await clock.advance(0);
    expect(dropLate.mock.calls).toEqual([[{ ok: true, value: "late" }]]);
  });

  it("swallows a late failure", async () => {
    const clock = new ManualClock();
    const slow = Promise.withResolvers<Outcome<string>>();
    const dropLate = vi.fn();
    const given = attempt(() => slow.promise, { clock, timeoutMs: 10, signal: never, dropLate });
    await clock.advance(10);
    await expect(given).resolves.toMatchObject({ ok: false });
    slow.reject(new Error("late"));
    await clock.advance(0);
    expect(dropLate).not.toHaveBeenCalled();
  });

  it("leaves no timer behind a timely answer", async () => {
    const clock = new ManualClock();
    const dropLate = vi.fn();
    const seen: AbortSignal[] = [];
    const call = (signal: AbortSignal): Promise<Outcome<string>> => {
      seen.push(signal);
      return Promise.resolve({ ok: true, value: "timely" });
    };
    const outcome = await attempt(call, { clock, timeoutMs: 10, signal: never, dropLate });
    expect(outcome).toEqual({ ok: true, value: "timely" });
    await clock.advance(20);
    expect(seen.map((signal) => signal.aborted)).toEqual([false]);
    expect(dropLate).not.toHaveBeenCalled();
  });

  it("passes on Latchkey's own errors, and does not start when it is over already", async () => {
    const clock = new ManualClock();
    const dropLate = vi.fn();
    const own = new LatchkeyError("ERR_PEER_MISSING", "not there");
    const options = { clock, timeoutMs: 10, signal: never, dropLate };
    expect(await thrownBy(() => attempt(() => Promise.reject(own), options))).toBe(own);
    const closed = new LatchkeyError("ERR_CLOSED", "closed");
    const call = vi.fn();
    const ended = { ...options, signal: AbortSignal.abort(closed) };
    expect(await thrownBy(() => attempt(call, ended))).toBe(closed);
    expect(call).not.toHaveBeenCalled();
  });
});
