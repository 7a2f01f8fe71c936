import { describe, expect, it } from "vitest";
import type { EncodedIntent } from "../../../src/ports/intent.ts";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { checkRules } from "../../../src/transactions/policy/check-rules.ts";
import { amountOf, compileRule } from "../../../src/transactions/policy/compile-rule.ts";
import type { PolicyRule } from "../../../src/transactions/policy/rules.ts";
import { spendingOfIntent } from "../../../src/transactions/policy/spending.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { addressOf, newUser, transfer } from "./open-policy.ts";

const token = addressOf(0x70ce);
const alice = `0x${"aA".repeat(20)}`;
const mallory = addressOf(0xbad);
const word = (value: string | bigint): string => BigInt(value).toString(16).padStart(64, "0");
const callTo = (selector: string, ...words: readonly (string | bigint)[]): Hex =>
  `0x${selector}${words.map(word).join("")}`;
const data = (bytes: Hex, more: Partial<EncodedIntent> = {}): EncodedIntent => ({
  ...transfer(0n, token),
  kind: "data",
  data: bytes,
  ...more,
});
const pay = (to: string, amount: bigint): EncodedIntent => data(callTo("a9059cbb", to, amount));
const approve = (to: string, amount: bigint): EncodedIntent => data(callTo("095ea7b3", to, amount));
const deploy: EncodedIntent = { ...data("0x6000"), kind: "deploy", to: null };
const tokenIntent: EncodedIntent = {
  ...transfer(0n, token),
  kind: "token",
  token: { contract: token, to: mallory, amount: 6n },
};

function passes(rule: Omit<PolicyRule, "name">, intent: EncodedIntent): boolean {
  const [checked] = checkRules([{ name: "rule", ...rule }], "rules", undefined);
  const compiled = compileRule("config", checked ?? expect.fail("no rule"));
  try {
    compiled.require(spendingOfIntent(intent));
    return true;
  } catch (error) {
    if (!isLatchkeyError(error, "ERR_POLICY_DENIED")) throw error;
    expect(error.context["rule"]).toBe("rule");
    expect(error.message).toContain('"rule"');
    return false;
  }
}

// Budget of the file: 1 s.
describe("a rule", () => {
  it.each<readonly [string, Omit<PolicyRule, "name">, EncodedIntent, boolean]>([
    ["coins up to the most", { maxValue: 5n }, transfer(5n), true],
    ["coins beyond", { maxValue: 5n }, transfer(6n), false],
    ["coins with a call", { maxValue: 5n }, data("0x12345678", { value: 6n }), false],
    ["coins of a deployment", { maxValue: 5n }, { ...deploy, value: 6n }, false],
    ["tokens, where coins are limited", { maxValue: 5n }, pay(alice, 6n), true],
    ["tokens up to the most", { asset: token, maxValue: 5n }, pay(alice, 5n), true],
    ["tokens beyond", { asset: token, maxValue: 5n }, pay(alice, 6n), false],
    ["tokens beyond, by the intent", { asset: token, maxValue: 5n }, tokenIntent, false],
    ["tokens of another", { asset: token, maxValue: 5n }, { ...pay(alice, 6n), to: addressOf(1) }, true],
    ["an approval beyond", { asset: token, maxValue: 5n }, approve(alice, 6n), false],
    ["coins, where tokens are limited", { asset: token, maxValue: 5n }, transfer(6n), true],
    ["approval of all of it", { asset: token, maxValue: 5n }, data(callTo("a22cb465", alice, 1n)), false],
    ["one listed, in another case", { allowTo: [alice.toLowerCase()] }, transfer(1n, alice), true],
    ["one not listed", { allowTo: [alice] }, transfer(1n, mallory), false],
    ["tokens to one listed, the token not", { allowTo: [alice] }, pay(alice, 1n), false],
    ["tokens to one listed, the token too", { allowTo: [alice, token] }, pay(alice, 1n), true],
    ["tokens to one not listed", { allowTo: [alice, token] }, pay(mallory, 1n), false],
    ["tokens to one not listed, by the intent", { allowTo: [alice, token] }, tokenIntent, false],
    ["an approval of one not listed", { allowTo: [alice, token] }, approve(mallory, 1n), false],
    ["an approval taken back", { allowTo: [alice, token] }, approve(mallory, 0n), true],
    ["a deployment, where destinations are listed", { allowTo: [alice] }, deploy, false],
    ["one refused", { denyTo: [mallory] }, transfer(1n, mallory), false],
    ["one not refused", { denyTo: [mallory] }, transfer(1n, alice), true],
    ["tokens to one refused", { denyTo: [mallory] }, pay(mallory, 1n), false],
    ["tokens refused", { denyTo: [token] }, pay(alice, 1n), false],
    ["an approval of one refused", { denyTo: [mallory] }, approve(mallory, 1n), false],
    ["a deployment, where some are refused", { denyTo: [mallory] }, deploy, true],
    [
      "Permit2's approval of a token refused",
      { denyTo: [token] },
      data(callTo("87517c45", token, alice, 1n, 1n), { to: mallory }),
      false,
    ],
    ["a function listed", { allowSelectors: ["transfer(address,uint256)"] }, pay(alice, 1n), true],
    ["a function not listed", { allowSelectors: ["transfer(address,uint256)"] }, approve(alice, 1n), false],
    ["no function, where some are listed", { allowSelectors: [] }, transfer(1n), true],
    ["too few bytes for a function", { allowSelectors: ["0xa9059cbb"] }, data("0xa9059c"), false],
    ["a memo", { allowSelectors: ["0xa9059cbb"] }, { ...data("0x68656c6c6f"), kind: "memo" }, false],
    ["a deployment, where functions are listed", { allowSelectors: ["0xa9059cbb"] }, deploy, false],
    ["a function refused", { denySelectors: ["0x095ea7b3"] }, approve(alice, 1n), false],
    [
      "a function refused, in another case",
      { denySelectors: ["0x095ea7b3"] },
      data(`0x095EA7B3${word(alice)}${word(1n)}`),
      false,
    ],
    ["a function not refused", { denySelectors: ["0x095ea7b3"] }, pay(alice, 1n), true],
    ["too few bytes, where some are refused", { denySelectors: ["0x095ea7b3"] }, data("0x095e"), true],
  ])("decides on %s", (_, rule, intent, expected) => {
    expect(passes(rule, intent)).toBe(expected);
  });

  it("is for those it names", () => {
    const isFor = (rule: Partial<PolicyRule>, subject: Parameters<ReturnType<typeof compileRule>["isFor"]>[0]) =>
      compileRule("config", { name: "rule", ...rule }).isFor(subject);
    const [user, other] = [newUser("alice"), newUser("bob")];
    const service = { kind: "service", name: "alice" } as const;
    expect([user, other, service].map((each) => isFor({}, each))).toEqual([true, true, true]);
    expect([user, other, service].map((each) => isFor({ users: ["alice"] }, each))).toEqual([true, false, false]);
    expect([user, other, service].map((each) => isFor({ services: ["alice"] }, each))).toEqual([false, false, true]);
    const both = { users: ["bob"], services: ["alice"] };
    expect([user, other, service].map((each) => isFor(both, each))).toEqual([false, true, true]);
  });

  it("holds on its chains, and wherever the chain is not known", () => {
    const { isOn } = compileRule("config", { name: "rule", chains: ["kaia"] });
    expect([["kaia"], ["x", "kaia"], ["x"], [], undefined].map(isOn)).toEqual([true, true, false, false, true]);
    expect(compileRule("config", { name: "rule" }).isOn(["x"])).toBe(true);
  });

  it("counts what one transaction moves together", () => {
    const amounts = [
      { asset: "native", amount: 1n },
      { asset: token, amount: 2n },
      { asset: token, amount: 3n },
    ];
    const spending = { destinations: [], isDeployment: false, selector: undefined, amounts };
    expect([amountOf(spending, token), amountOf(spending, alice)]).toEqual([5n, 0n]);
    const endless = { ...spending, amounts: [...amounts, { asset: token, amount: null }] };
    expect(amountOf(endless, token)).toBeNull();
  });
});
