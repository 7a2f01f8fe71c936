import { describe, expect, it } from "vitest";
import { selectorsIn } from "../../../src/inspection/audit/selectors.ts";
import { data } from "../collections.ts";

describe("selectors in code", () => {
  it.each([
    ["none in nothing", "0x", []],
    ["four bytes that are pushed", "0x6340c10f19146000", ["0x40c10f19"]],
    ["three, with the zero that they leave out", "0x62c0ffee14", ["0x00c0ffee"]],
    ["no bytes inside of another constant", "0x7f6340c10f19000000000000000000000000000000000000000000000000000000", []],
    ["what the code's end cuts off, completed", "0x6340c1", ["0x40c10000"]],
    ["each once, in order", "0x63aabbccdd6340c10f1963aabbccdd", ["0xaabbccdd", "0x40c10f19"]],
  ])("finds %s", (_, code, expected) => {
    expect([...selectorsIn(code)]).toEqual(expected);
  });

  it("finds what a compiler dispatches by", () => {
    const call = data("mint", "0x00000000000000000000000000000000000b0b00", 1n).slice(0, 10);
    expect(selectorsIn(`0x8063${call.slice(2)}1461005757`).has(call)).toBe(true);
  });
});
