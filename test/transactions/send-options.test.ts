import { describe, expect, it } from "vitest";
import { isName, parseSendOptions } from "../../src/transactions/send-options.ts";
import { refusedBy } from "../chains/refused.ts";

const nowMs = 1_700_000_000_000;
const code = "ERR_TRANSACTION_OPTIONS_INVALID";

// Budget of the file: 1 s.
describe("the options of a send", () => {
  it("are these where nothing is said", () => {
    const stored = {
      speed: "standard",
      feeCeiling: null,
      gasLimit: null,
      feePayer: "chain",
      feeRatio: null,
      format: null,
    };
    expect(parseSendOptions({}, nowMs)).toEqual({ stored, idempotencyKey: null, deadlineAt: null });
    expect(parseSendOptions({ speed: undefined, feePayer: undefined, deadlineMs: undefined }, nowMs).stored).toEqual(
      stored,
    );
  });

  it("are kept as they are given", () => {
    const given = {
      idempotencyKey: "k",
      speed: "fast",
      feeCeiling: 1n,
      deadlineMs: nowMs + 1,
      gasLimit: 21_000n,
      feePayer: "payer",
      feeRatio: 99,
      format: "kaia",
    };
    expect(parseSendOptions(given, nowMs)).toEqual({
      stored: {
        speed: "fast",
        feeCeiling: 1n,
        gasLimit: 21_000n,
        feePayer: "service:payer",
        feeRatio: 99,
        format: "kaia",
      },
      idempotencyKey: "k",
      deadlineAt: nowMs + 1,
    });
    expect(parseSendOptions({ feePayer: null }, nowMs).stored.feePayer).toBe("none");
  });

  it.each([
    ["the shortest key", { idempotencyKey: "a" }],
    ["256 bytes", { idempotencyKey: "é".repeat(128) }],
    ["a space", { idempotencyKey: " " }],
    ["the smallest ceiling", { feeCeiling: 1n }],
    ["the greatest ceiling", { feeCeiling: 2n ** 256n - 1n }],
    ["the greatest gas", { gasLimit: 2n ** 53n }],
    ["the last name", { feePayer: `a${"-".repeat(63)}` }],
    ["one percent", { feeRatio: 1 }],
    ["the slow one", { speed: "slow" }],
    ["Ethereum's form", { format: "ethereum" }],
  ])("may be %s", (_, options) => {
    expect(() => parseSendOptions(options, nowMs)).not.toThrow();
  });

  it.each<readonly [string, unknown]>([
    ["null", null],
    ["a list", []],
    ["a text", "fast"],
    ["an unknown option", { idempotencykey: "k" }],
    ["an unknown option of nothing", { nonce: undefined }],
    ["an empty key", { idempotencyKey: "" }],
    ["a key of 257 bytes", { idempotencyKey: `${"é".repeat(128)}a` }],
    ["a key of 10 MB", { idempotencyKey: "a".repeat(10 * 2 ** 20) }],
    ["a key with half a character", { idempotencyKey: "\ud800" }],
    ["a key with a zero", { idempotencyKey: "a\0b" }],
    ["a key that is no text", { idempotencyKey: 7 }],
    ["a key that is null", { idempotencyKey: null }],
    ["another speed", { speed: "faster" }],
    ["a speed of null", { speed: null }],
    ["a list of speeds", { speed: ["fast"] }],
    ["a ceiling of nothing", { feeCeiling: 0n }],
    ["a negative ceiling", { feeCeiling: -1n }],
    ["a ceiling past 256 bits", { feeCeiling: 2n ** 256n }],
    ["a number as the ceiling", { feeCeiling: 1 }],
    ["text as the ceiling", { feeCeiling: "1" }],
    ["gas for no transaction", { gasLimit: 20_999n }],
    ["gas past a number's precision", { gasLimit: 2n ** 53n + 1n }],
    ["gas as a number", { gasLimit: 21_000 }],
    ["a deadline now", { deadlineMs: nowMs }],
    ["a deadline in the past", { deadlineMs: nowMs - 1 }],
    ["a deadline of NaN", { deadlineMs: NaN }],
    ["a deadline without end", { deadlineMs: Infinity }],
    ["half a millisecond", { deadlineMs: nowMs + 0.5 }],
    ["a date", { deadlineMs: new Date(nowMs + 1_000) }],
    ["a date's text", { deadlineMs: "2030-01-01" }],
    ["a signer as the fee payer", { feePayer: { address: "0x" } }],
    ["a fee payer with a capital", { feePayer: "Payer" }],
    ["an empty fee payer", { feePayer: "" }],
    ["a long fee payer", { feePayer: `a${"-".repeat(64)}` }],
    ["no percent", { feeRatio: 0 }],
    ["all percent", { feeRatio: 100 }],
    ["half a percent", { feeRatio: 1.5 }],
    ["percent as text", { feeRatio: "50" }],
    ["another format", { format: "bitcoin" }],
  ])("are refused: %s", (_, options) => {
    const error = refusedBy(() => parseSendOptions(options, nowMs), code);
    expect(error.message).toContain("Nothing was stored or sent");
    expect(error.message.length).toBeLessThan(300);
  });
});

describe("a service's name", () => {
  it("is short, small and begins with a letter", () => {
    for (const name of ["a", "payer-2", `z${"9".repeat(63)}`]) expect(isName(name), name).toBe(true);
    for (const name of ["", "2", "-a", "a_b", "a b", "a\n", "A", `z${"9".repeat(64)}`, undefined, null, 1, ["a"]])
      expect(isName(name), String(name)).toBe(false);
  });
});
