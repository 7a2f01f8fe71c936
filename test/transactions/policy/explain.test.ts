import { describe, expect, it } from "vitest";
import type { EncodedIntent } from "../../../src/ports/intent.ts";
import { explainIntent } from "../../../src/transactions/policy/explain.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { addressOf, transfer } from "./open-policy.ts";

const contract = addressOf(0xc0);
const person = addressOf(0xab);
const word = (value: bigint): string => value.toString(16).padStart(64, "0");
const callTo = (selector: string, ...words: readonly bigint[]): Hex => `0x${selector}${words.map(word).join("")}`;
const call = (data: Hex, more: Partial<EncodedIntent> = {}): EncodedIntent => ({
  ...transfer(0n, contract),
  kind: "data",
  data,
  ...more,
});
const approve = (amount: bigint): Hex => callTo("095ea7b3", BigInt(person), amount);

// Budget of the file: 1 s.
describe("explain", () => {
  it("tells what a plain transfer does, and warns of nothing", () => {
    expect(explainIntent(transfer(5n, person))).toEqual({
      kind: "transfer",
      to: person,
      value: 5n,
      function: null,
      args: [],
      token: null,
      warnings: [],
    });
  });

  it("names token functions by their bytes, and keeps what an ABI says", () => {
    const explained = explainIntent(call(callTo("a9059cbb", BigInt(person), 7n)));
    expect(explained.function).toBe("transfer(address,uint256)");
    expect(explained.token).toEqual({ contract, to: person, amount: 7n, isApproval: false });
    const args = [{ name: "x", type: "uint256", value: "1" }];
    const named = explainIntent(call("0x12345678", { kind: "call", function: "f(uint256)", args }));
    expect([named.function, named.args, named.warnings]).toEqual(["f(uint256)", args, []]);
    const token = { contract, to: person, amount: 9n };
    expect(explainIntent({ ...transfer(0n, contract), kind: "token", token }).token).toEqual({
      ...token,
      isApproval: false,
    });
    // The bytes are what gets signed.
    const lying = { ...call(callTo("a9059cbb", BigInt(person), 7n)), token: { ...token, to: addressOf(1) } };
    expect(explainIntent(lying).token).toMatchObject({ to: person, amount: 7n });
  });

  it.each<readonly [string, EncodedIntent, readonly string[]]>([
    ["an approval", call(approve(5n)), ["lets another account spend tokens"]],
    ["an approval of all there can be", call(approve(2n ** 256n - 1n)), ["approves an unlimited amount"]],
    ["an approval as Permit2 has it", call(approve(2n ** 160n - 1n)), ["approves an unlimited amount"]],
    ["an approval of every token", call(callTo("a22cb465", BigInt(person), 1n)), ["approves an unlimited amount"]],
    ["an approval taken back", call(approve(0n)), []],
    ["a deployment", { ...call("0x60"), kind: "deploy", to: null }, ["deploys a contract"]],
    ["a call with value", call("0x12345678", { value: 1n, function: "f()" }), ["sends value with a call"]],
    ["an unknown call", call("0x12345678"), ["calls a function that is not known"]],
    ["a memo", call("0x68656c6c6f", { kind: "memo", value: 1n }), []],
    ["coins to nobody", transfer(1n, addressOf(0)), ["goes to the zero address"]],
    ["tokens to nobody", call(callTo("a9059cbb", 0n, 1n)), ["goes to the zero address"]],
    [
      "tokens to their contract",
      call(callTo("a9059cbb", BigInt(contract), 1n)),
      ["sends tokens to their own contract"],
    ],
    ["a burning", call(callTo("42966c68", 1n)), []],
  ])("warns of %s", (_, intent, warnings) => {
    expect(explainIntent(intent).warnings).toEqual(warnings);
  });
});
