import { describe, expect, it } from "vitest";
import { pauseAfter, retryAfterMs } from "../../../src/transactions/webhooks/schedule.ts";

const dayMs = 86_400_000;
const attempts = Array.from({ length: 11 }, (_, index) => index + 1);
const nowMs = Date.UTC(2026, 0, 1);

// Budget of the file: 1 s.
describe("the schedule of retries", () => {
  it("is 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5 h, 10 h, 24 h, and then no more", () => {
    expect(attempts.map((count) => pauseAfter(count, 0, 0))).toEqual([
      5_000,
      30_000,
      120_000,
      600_000,
      1_800_000,
      7_200_000,
      18_000_000,
      36_000_000,
      dayMs,
      undefined,
      undefined,
    ]);
  });

  it("grows by up to a fifth", () => {
    expect(pauseAfter(1, 0, 0.5)).toBe(5_500);
    expect(pauseAfter(9, 0, 1 - 2 ** -53)).toBe(1.2 * dayMs);
  });

  it("waits as long as the receiver asks for, never less than without, and never for nothing", () => {
    expect(pauseAfter(1, 60_000, 0.5)).toBe(60_000);
    expect(pauseAfter(4, 60_000, 0)).toBe(600_000);
    expect(pauseAfter(10, 60_000, 0)).toBeUndefined();
  });
});

describe("Retry-After", () => {
  it.each([
    [null, 0],
    ["", 0],
    ["0", 0],
    ["120", 120_000],
    [" 120 ", 120_000],
    ["86400", dayMs],
    ["86401", dayMs],
    ["9".repeat(400), dayMs],
    ["-5", 0],
    ["soon", 0],
    ["Thu, 01 Jan 2026 00:05:00 GMT", 300_000],
    ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
    ["Thu, 01 Jan 2099 00:00:00 GMT", dayMs],
  ])("of %s is %d ms", (header, ms) => {
    expect(retryAfterMs(header, nowMs)).toBe(ms);
  });
});
