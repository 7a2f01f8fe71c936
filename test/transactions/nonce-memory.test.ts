import { describe, expect, it } from "vitest";
import { createNonceMemory } from "../../src/transactions/nonce-memory.ts";
import { ManualClock } from "../harness/manual-clock.ts";

// Budget of the file: 1 s.
describe("the memory of nonces", () => {
  it("counts a nonce as taken for 30 s, each address for itself", async () => {
    const clock = new ManualClock();
    const nonces = createNonceMemory(clock);
    expect(nonces.least("a")).toBe(0);
    nonces.remember("a", 7, "accepted");
    expect([nonces.least("a"), nonces.least("b")]).toEqual([8, 0]);
    await clock.advance(29_999);
    expect(nonces.least("a")).toBe(8);
    await clock.advance(1);
    expect(nonces.least("a")).toBe(0);
  });

  it("is prolonged by every nonce that a node has", async () => {
    const clock = new ManualClock();
    const nonces = createNonceMemory(clock);
    for (let nonce = 0; nonce < 5; nonce += 1) {
      nonces.remember("a", nonce, "accepted");
      await clock.advance(20_000);
      expect(nonces.least("a")).toBe(nonce + 1);
    }
  });

  it("is not prolonged behind a nonce that may never have arrived, so that a gap is closed", async () => {
    const clock = new ManualClock();
    const nonces = createNonceMemory(clock);
    nonces.remember("a", 5, "unknown");
    await clock.advance(20_000);
    nonces.remember("a", 6, "accepted");
    await clock.advance(9_000);
    nonces.remember("a", 7, "unknown");
    expect(nonces.least("a")).toBe(8);
    await clock.advance(1_000);
    expect(nonces.least("a")).toBe(0);
    // What follows is remembered as usual.
    nonces.remember("a", 5, "accepted");
    await clock.advance(20_000);
    nonces.remember("a", 8, "accepted");
    await clock.advance(20_000);
    expect(nonces.least("a")).toBe(9);
  });

  it("holds no more addresses than were used lately", async () => {
    const clock = new ManualClock();
    const nonces = createNonceMemory(clock);
    for (let index = 0; index < 1_000; index += 1) {
      nonces.remember(`address-${String(index)}`, index, index % 10 === 0 ? "unknown" : "accepted");
      // One that is always in use does not shield the others.
      nonces.remember("busy", index, "accepted");
      await clock.advance(1_000);
    }
    expect(nonces.size).toBeLessThanOrEqual(31);
  });
});
