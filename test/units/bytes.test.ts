import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, isHex, wipe, withSecret } from "../../src/units/bytes.ts";
import { thrownBy } from "../harness/errors.ts";

const zeros = new Uint8Array(4);
const secretBytes = (): Uint8Array => Uint8Array.of(1, 2, 3, 4);

// Budget of the file: 2 s.
describe("wipe", () => {
  it("overwrites each of any number, and passes over what is not there", () => {
    const [one, two] = [secretBytes(), secretBytes()];
    wipe();
    wipe(one, undefined, two);
    expect([one, two]).toEqual([zeros, zeros]);
  });

  it("overwrites a view, and nothing around it", () => {
    const whole = secretBytes();
    wipe(whole.subarray(1, 3));
    expect(whole).toEqual(Uint8Array.of(1, 0, 0, 4));
  });
});

describe("withSecret", () => {
  it("hands the secret on and wipes it when its use has settled, not before", async () => {
    const secret = secretBytes();
    const held = Promise.withResolvers<undefined>();
    const using = withSecret(secret, async (given) => {
      await held.promise;
      return [...given];
    });
    held.resolve(undefined);
    expect(await using).toEqual([1, 2, 3, 4]);
    expect(secret).toEqual(zeros);
  });

  it("wipes where its use fails, at once or later", async () => {
    const fault = new Error("use");
    for (const use of [
      () => Promise.reject(fault),
      () => {
        throw fault;
      },
    ]) {
      const secret = secretBytes();
      expect(await thrownBy(() => withSecret(secret, use))).toBe(fault);
      expect(secret).toEqual(zeros);
    }
  });
});

describe("hex", () => {
  it("is two lower-case digits for each byte, also of a view into a larger buffer", () => {
    expect(bytesToHex(new Uint8Array())).toBe("0x");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(10), (bytes, at) => {
        const view = new Uint8Array([...new Uint8Array(at).fill(255), ...bytes, 255]).subarray(at, at + bytes.length);
        const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        expect(bytesToHex(view)).toBe(`0x${digits}`);
        expect(isHex(bytesToHex(view))).toBe(true);
      }),
    );
  });

  it.each(["0x", "0xab", "0xAB", "0x00ff"])("is %j", (text) => {
    expect(isHex(text)).toBe(true);
  });

  it.each([
    "",
    "0",
    "ab",
    "0xa",
    "0xabc",
    "0xgg",
    "0Xab",
    " 0xab",
    "0xab ",
    "0xab\n",
    "0x 1",
    171,
    null,
    undefined,
    ["0xab"],
  ])("is not %j", (value) => {
    expect(isHex(value)).toBe(false);
  });

  it("is told apart in 10 MB without trouble", () => {
    const long = `0x${"ab".repeat(5_000_000)}`;
    expect([isHex(long), isHex(`${long}g`)]).toEqual([true, false]);
  });
});
