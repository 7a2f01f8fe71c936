import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodedIntent } from "../../src/ports/intent.ts";
import { parsePayload, parseReservations, parseTrouble, toJson } from "../../src/transactions/json.ts";
import type { Reservation } from "../../src/transactions/policy/policy.ts";
import type { Payload } from "../../src/transactions/record.ts";
import { bytesToHex } from "../../src/units/bytes.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("", "__proto__", "null", '"', "\u2028"),
);
const anyAmount = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }));
const anyHex = fc.uint8Array({ maxLength: 60 }).map(bytesToHex);

const anyIntent: Arbitrary<EncodedIntent> = fc.record({
  kind: fc.constantFrom("transfer", "memo", "token", "call", "data", "deploy", "cancel"),
  to: fc.option(anyText),
  value: anyAmount,
  data: anyHex,
  function: fc.option(anyText),
  args: fc.array(fc.record({ name: anyText, type: anyText, value: anyText }), { maxLength: 3 }),
  token: fc.option(fc.record({ contract: anyText, to: anyText, amount: anyAmount })),
  errors: fc.array(anyText, { maxLength: 3 }),
});

const anyPayload: Arbitrary<Payload> = fc.record({
  intent: anyIntent,
  options: fc.record({
    speed: fc.constantFrom("slow", "standard", "fast"),
    feeCeiling: fc.option(anyAmount),
    gasLimit: fc.option(anyAmount),
    feePayer: anyText,
    feeRatio: fc.option(fc.integer({ min: 1, max: 99 })),
    format: fc.option(fc.constantFrom("ethereum", "kaia")),
  }),
});

const anyReservation: Arbitrary<Reservation> = fc.record({
  scope: anyText,
  bucketMs: fc.nat(),
  amount: anyAmount,
  what: fc.constantFrom("value", "fee"),
});

/** Takes each member of an object out, and replaces it, at any depth. */
function* broken(value: unknown): Generator {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  for (const [name, member] of Object.entries(value)) {
    for (const other of [undefined, 1.5, {}, [[]], "-1", "0x1", true]) yield { ...value, [name]: other };
    for (const inner of broken(member)) yield { ...value, [name]: inner };
  }
}

// Budget of the file: 5 s.
describe("what is stored as JSON", () => {
  it("gives payloads back, whatever they hold", () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        expect(parsePayload(toJson(payload))).toEqual(payload);
        // The MAC is over the text: it has to be the same after any number of readings.
        expect(toJson(parsePayload(toJson(payload)))).toBe(toJson(payload));
      }),
      { numRuns: 300 },
    );
  });

  it("gives reservations back", () => {
    fc.assert(
      fc.property(fc.array(anyReservation, { maxLength: 5 }), (reservations) => {
        expect(parseReservations(toJson(reservations))).toEqual(reservations);
      }),
    );
  });

  it("is never thrown over, whoever wrote it", () => {
    const texts = fc.oneof(
      anyText,
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        parsePayload(text);
        parseReservations(text);
        parseTrouble("code", text);
      }),
      { numRuns: 500 },
    );
  });

  it("is no payload with a member of another kind", () => {
    const payload: Payload = {
      intent: {
        kind: "token",
        to: "0x",
        value: 1n,
        data: "0x",
        function: null,
        args: [],
        token: { contract: "c", to: "t", amount: 2n },
        errors: [],
      },
      options: { speed: "fast", feeCeiling: 3n, gasLimit: 4n, feePayer: "chain", feeRatio: 5, format: "kaia" },
    };
    const text = toJson(payload);
    let count = 0;
    for (const each of broken(JSON.parse(text))) {
      const read = parsePayload(JSON.stringify(each));
      if (read === undefined) count += 1;
      // What is read although it was altered is what was written: no amount is made up.
      else expect(toJson(read)).toBe(JSON.stringify(each));
    }
    expect(count).toBeGreaterThan(60);
    for (const odd of ["", "null", "[]", "1", "{}", '{"intent":{}}', text.slice(1)])
      expect(parsePayload(odd)).toBeUndefined();
    const wide = JSON.stringify({
      ...payload,
      intent: { ...payload.intent, value: "9".repeat(81), token: null },
      options: {},
    });
    expect(parsePayload(wide)).toBeUndefined();
  });

  it("is no list of reservations with anything else in it", () => {
    const good = { scope: "s", bucketMs: 1, amount: "1", what: "fee" };
    for (const odd of [
      { ...good, scope: 1 },
      { ...good, bucketMs: 0.5 },
      { ...good, amount: 1 },
      { ...good, amount: "-1" },
      { ...good, what: "gas" },
      null,
    ])
      expect(parseReservations(JSON.stringify([good, odd]))).toBeUndefined();
    expect(parseReservations("{}")).toBeUndefined();
    expect(parseReservations(JSON.stringify([good]))).toEqual([{ ...good, amount: 1n }]);
  });

  it("keeps what an error said, and its scalars", () => {
    expect(parseTrouble(null, '{"message":"m"}')).toBeNull();
    const context = { a: 1n, b: "x", c: null, d: true, e: 2, f: { deep: 1 } };
    expect(parseTrouble("ERR", toJson({ message: "m", context }))).toEqual({
      code: "ERR",
      message: "m",
      context: { a: "1", b: "x", c: null, d: true, e: 2 },
    });
    expect(parseTrouble("ERR", "no JSON")).toEqual({ code: "ERR", message: "ERR", context: {} });
    expect(parseTrouble("ERR", null)).toEqual({ code: "ERR", message: "ERR", context: {} });
  });
});
