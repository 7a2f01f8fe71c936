import { id } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLatchkeyError } from "../../../src/errors/latchkey-error.ts";
import { checkRules } from "../../../src/transactions/policy/check-rules.ts";
import { checkConfig } from "../../../src/transactions/policy/config.ts";
import { decodeRules, encodeRules } from "../../../src/transactions/policy/stored-rules.ts";
import { addressOf, chains } from "./open-policy.ts";

const upper = `0x${"AB".repeat(20)}`;
const limit = { value: 5n, windowMs: 60_000, per: "user" } as const;
const names = chains.map(({ name }) => name);

function thrownFor(check: () => unknown): { message: string; context: unknown } {
  try {
    check();
  } catch (error) {
    if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
    return { message: error.message, context: error.context };
  }
  return expect.fail("nothing was thrown");
}

// Budget of the file: 3 s.
describe("a rule", () => {
  it("comes out in one form", () => {
    const rules = checkRules(
      [
        {
          name: "all",
          chains: ["kaia"],
          users: ["Alice"],
          services: ["payer"],
          asset: upper,
          maxValue: 0n,
          limit,
          allowTo: [upper],
          denyTo: [],
          allowSelectors: ["0xA9059CBB", "transfer(address,uint256)", "f((uint256,bytes32[2])[],bool)", "g()"],
          denySelectors: [],
        },
        { name: "native", asset: "native", maxValue: 1n, chains: undefined },
      ],
      "rules",
      names,
    );
    const selectors = [
      "0xa9059cbb",
      "0xa9059cbb",
      id("f((uint256,bytes32[2])[],bool)").slice(0, 10),
      id("g()").slice(0, 10),
    ];
    expect(rules).toEqual([
      {
        name: "all",
        chains: ["kaia"],
        users: ["Alice"],
        services: ["payer"],
        asset: upper.toLowerCase(),
        maxValue: 0n,
        limit,
        allowTo: [upper.toLowerCase()],
        denyTo: [],
        allowSelectors: selectors,
        denySelectors: [],
      },
      { name: "native", asset: "native", maxValue: 1n },
    ]);
    expect(decodeRules(encodeRules(rules))).toEqual(rules);
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
    ["an unknown field", { maxvalue: 1n, maxValue: 1n }, "maxvalue"],
    ["nothing to say", {}, "maxValue, limit, allowTo, denyTo, allowSelectors, denySelectors"],
    ["a chain that is not configured", { maxValue: 1n, chains: ["kaia", "kaja"] }, "chains[1]"],
    ["no chain", { maxValue: 1n, chains: [] }, "chains"],
    ["no user", { maxValue: 1n, users: [] }, "users"],
    ["a user that is no text", { maxValue: 1n, users: [5] }, "users[0]"],
    ["services that are no list", { maxValue: 1n, services: "payer" }, "services"],
    ["an asset that is no address", { maxValue: 1n, asset: "KAIA" }, "asset"],
    ["a number", { maxValue: 1 }, "maxValue"],
    ["a negative amount", { maxValue: -1n }, "maxValue"],
    ["an amount beyond 256 bits", { maxValue: 2n ** 256n }, "maxValue"],
    ["null", { maxValue: null }, "maxValue"],
    ["a limit without a value", { limit: { windowMs: 60_000, per: "user" } }, "limit.value"],
    ["a window too short", { limit: { ...limit, windowMs: 999 } }, "limit.windowMs"],
    ["a window too long", { limit: { ...limit, windowMs: 367 * 86_400_000 } }, "limit.windowMs"],
    ["a window that is not whole", { limit: { ...limit, windowMs: 60_000.5 } }, "limit.windowMs"],
    ["a window without end", { limit: { ...limit, windowMs: Infinity } }, "limit.windowMs"],
    ["a limit for whom it does not say", { limit: { ...limit, per: "wallet" } }, "limit.per"],
    ["a limit with more", { limit: { ...limit, asset: "native" } }, "limit.asset"],
    ["a limit that is none", { limit: 5n }, "limit"],
    ["a short address", { allowTo: [addressOf(1), "0x12"] }, "allowTo[1]"],
    ["a name in place of an address", { denyTo: ["vitalik.eth"] }, "denyTo[0]"],
    ["a function without its types", { allowSelectors: ["transfer"] }, "allowSelectors[0]"],
    ["a signature with spaces", { denySelectors: ["transfer(address, uint256)"] }, "denySelectors[0]"],
    ["a short type", { denySelectors: ["transfer(address,uint)"] }, "denySelectors[0]"],
    ["a selector too long", { denySelectors: ["0xa9059cbb00"] }, "denySelectors[0]"],
  ])("is refused with %s, naming rule and field", (_, fields, field) => {
    const { message, context } = thrownFor(() => checkRules([{ name: "one", ...fields }], "rules", names));
    expect(context).toEqual({ rule: "one", field });
    expect(message).toContain('"one"');
    expect(message).toContain(field);
  });

  it.each<readonly [string, unknown, string]>([
    ["are no list", {}, "rules"],
    ["have one that is none", [5], "rules[0]"],
    ["have one without a name", [{ maxValue: 1n }], "rules[0].name"],
    ["have a name too long", [{ name: "n".repeat(65), maxValue: 1n }], "rules[0].name"],
    ["are too many", Array.from({ length: 201 }, (_, at) => ({ name: String(at), maxValue: 1n })), "rules"],
  ])("list is refused where rules %s", (_, rules, field) => {
    expect(thrownFor(() => checkRules(rules, "rules", names)).context).toEqual({ field });
  });

  it("has a name of its own", () => {
    const rules = ["a", "b", "a"].map((name) => ({ name, maxValue: 1n }));
    expect(thrownFor(() => checkRules(rules, "rules", names)).context).toEqual({ rule: "a", field: "name" });
  });

  it("that is anything at all is taken or refused, never half read", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), (given) => {
        for (const value of [
          given,
          [given],
          [{ name: "x", maxValue: 1n, chains: given }],
          [{ name: "x", limit: given }],
        ]) {
          try {
            const rules = checkRules(value, "rules", undefined);
            expect(decodeRules(encodeRules(rules))).toEqual(rules);
          } catch (error) {
            if (!isLatchkeyError(error, "ERR_CONFIG_INVALID")) throw error;
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the policy's options", () => {
  it.each<readonly [string, unknown, string]>([
    ["an unknown field", { rule: [] }, "rule"],
    ["no list of types", { typedData: {} }, "typedData"],
    ["a type without a name", { typedData: [{}] }, "typedData[0].primaryType"],
    [
      "a contract that is none",
      { typedData: [{ primaryType: "A", verifyingContract: "x" }] },
      "typedData[0].verifyingContract",
    ],
    ["a chain id that is text", { typedData: [{ primaryType: "A", chainId: "1" }] }, "typedData[0].chainId"],
    ["another word", { messages: "never" }, "messages"],
    ["a yes", { digests: true }, "digests"],
    ["a delegate that is none", { delegates: ["x"] }, "delegates[0]"],
    ["a budget of a number", { feeBudget: { perTenantPerDay: 1 } }, "feeBudget.perTenantPerDay"],
    ["a negative budget", { feeBudget: { perUserPerDay: -1n } }, "feeBudget.perUserPerDay"],
    ["a budget that is not known", { feeBudget: { perDay: 1n } }, "feeBudget.perDay"],
  ])("are refused with %s", (_, options, field) => {
    const { message, context } = thrownFor(() => {
      Reflect.apply(checkConfig, undefined, [options, chains]);
    });
    expect(context).toEqual({ field });
    expect(message).toContain(field);
  });
});
