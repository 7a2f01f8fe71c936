import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../src/errors/latchkey-error.ts";
import { firstFreeNonce } from "../../src/transactions/first-free-nonce.ts";
import { refusedBy } from "../chains/refused.ts";

const state = (nonce: number, pendingNonce: number) => ({ nonce, pendingNonce, balance: 0n, isDelegated: false });
const anyNonce = fc.oneof(fc.nat(20), fc.nat(3_000), fc.nat(2 ** 40));

// Budget of the file: 2 s.
describe("the first free nonce", () => {
  it("is above all that is known, exactly, or none is given", () => {
    fc.assert(
      fc.property(fc.option(anyNonce), anyNonce, anyNonce, (recorded, nonce, more) => {
        const pending = nonce + (more % 400);
        try {
          const first = firstFreeNonce(recorded, state(nonce, pending));
          expect(first).toBe(Math.max(recorded ?? 0, nonce, pending));
          expect(pending - Math.max(recorded ?? 0, nonce)).toBeLessThanOrEqual(256);
          expect(nonce - (recorded ?? nonce)).toBeLessThanOrEqual(1_000);
        } catch (error) {
          if (!isLatchkeyError(error, "ERR_TRANSACTION_NONCE_IMPLAUSIBLE")) throw error;
          const isFar = recorded !== null && nonce > recorded + 1_000;
          expect(isFar || pending > Math.max(recorded ?? 0, nonce) + 256).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["the books'", 9, 5, 6, 9],
    ["the node's blocks'", 5, 9, 9, 9],
    ["the node's pool's", 5, 9, 11, 11],
    ["zero for a new account", null, 0, 0, 0],
    ["the node's where the books have none", null, 2_000_000, 2_000_000, 2_000_000],
    ["as far ahead as others may be", 5, 1_005, 1_005, 1_005],
    ["as far pending as others may have", 5, 5, 261, 261],
  ])("is %s", (_, recorded, nonce, pending, first) => {
    expect(firstFreeNonce(recorded, state(nonce, pending))).toBe(first);
  });

  it.each([
    ["blocks too far ahead", 5, 1_006, 1_006, { expected: 5, said: 1_006 }],
    ["a pool too far ahead", 5, 5, 262, { expected: 5, said: 262 }],
    ["a pool too far ahead of a new account", null, 0, 257, { expected: 0, said: 257 }],
  ])("is not taken from %s", (_, recorded, nonce, pending, context) => {
    const error = refusedBy(() => firstFreeNonce(recorded, state(nonce, pending)), "ERR_TRANSACTION_NONCE_IMPLAUSIBLE");
    expect(error.context).toEqual(context);
  });
});
