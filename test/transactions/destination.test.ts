import { describe, expect, it } from "vitest";
import type { Intent } from "../../src/ports/intent.ts";
import { isDestination } from "../../src/transactions/destination.ts";

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const other = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

const intents: readonly (readonly [string, Intent])[] = [
  ["transfer", { transfer: { to, value: 1n } }],
  ["call", { call: { to, abi: ["function f()"], function: "f" } }],
  ["data", { data: { to, data: "0x" } }],
];

// Budget of the file: 1 s.
describe("isDestination", () => {
  it.each(intents)("compares a %s's destination without its checksum's case", (_kind, intent) => {
    expect(isDestination(intent, to)).toBe(true);
    expect(isDestination(intent, to.toLowerCase())).toBe(true);
    for (const bad of [other, null, "", "0x", to.slice(0, -1), `${to}0`])
      expect(isDestination(intent, bad)).toBe(false);
  });

  it("takes nobody for a deployment, and only for that", () => {
    const deploy: Intent = { deploy: { bytecode: "0x00" } };
    expect(isDestination(deploy, null)).toBe(true);
    expect(isDestination(deploy, to)).toBe(false);
    expect(isDestination(deploy, "")).toBe(false);
  });

  it("tells addresses apart that differ in one digit, at either end or between", () => {
    const [, intent] = intents[0] ?? expect.fail("there is none");
    for (let at = 2; at < to.length; at += 1) {
      const digit = to[at]?.toLowerCase() === "0" ? "1" : "0";
      expect(isDestination(intent, to.slice(0, at) + digit + to.slice(at + 1))).toBe(false);
    }
  });
});
