import { id, Interface, MaxUint256 } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  knownSignature,
  selectorOf,
  selectorOfSignature,
  tokenMovementOf,
} from "../../../src/transactions/policy/calldata.ts";
import { isHex } from "../../../src/units/bytes.ts";
import type { Hex } from "../../../src/units/brands.ts";
import { addressOf } from "./open-policy.ts";

const contract = addressOf(0xc0ffee);
const anyAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);
const anyAmount = fc.oneof(fc.bigInt({ min: 0n, max: MaxUint256 }), fc.constantFrom(0n, MaxUint256));

function hex(text: string): Hex {
  return isHex(text) ? text : expect.fail("not hex");
}

/** Calldata as ethers makes it. */
function callOf(signature: string, args: readonly unknown[]): Hex {
  return hex(new Interface([`function ${signature}`]).encodeFunctionData(signature, args));
}

type Case = readonly [
  string,
  (a: string, b: string, n: bigint) => readonly unknown[],
  Partial<Record<string, unknown>>,
];

// Where the tokens go, as the standards say: A and B are addresses, n is an amount.
const cases: readonly Case[] = [
  ["transfer(address,uint256)", (a, _, n) => [a, n], { party: "A" }],
  ["transferFrom(address,address,uint256)", (a, b, n) => [a, b, n], { party: "B" }],
  ["transferAndCall(address,uint256)", (a, _, n) => [a, n], { party: "A" }],
  ["transferAndCall(address,uint256,bytes)", (a, _, n) => [a, n, "0x01"], { party: "A" }],
  ["transferFromAndCall(address,address,uint256)", (a, b, n) => [a, b, n], { party: "B" }],
  ["transferFromAndCall(address,address,uint256,bytes)", (a, b, n) => [a, b, n, "0x"], { party: "B" }],
  ["safeTransfer(address,uint256)", (a, _, n) => [a, n], { party: "A" }],
  ["safeTransfer(address,uint256,bytes)", (a, _, n) => [a, n, "0x"], { party: "A" }],
  ["safeTransferFrom(address,address,uint256)", (a, b, n) => [a, b, n], { party: "B" }],
  ["safeTransferFrom(address,address,uint256,bytes)", (a, b, n) => [a, b, n, "0x02"], { party: "B" }],
  ["safeTransferFrom(address,address,uint256,uint256,bytes)", (a, b, n) => [a, b, 9n, n, "0x"], { party: "B" }],
  [
    "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
    (a, b, n) => [a, b, [1n], [n], "0x"],
    { party: "B", amount: null },
  ],
  ["send(address,uint256,bytes)", (a, _, n) => [a, n, "0x"], { party: "A" }],
  ["operatorSend(address,address,uint256,bytes,bytes)", (a, b, n) => [a, b, n, "0x", "0x"], { party: "B" }],
  ["burn(uint256)", (_a, _b, n) => [n], { party: null }],
  ["burn(uint256,bytes)", (_a, _b, n) => [n, "0x"], { party: null }],
  ["burn(address,uint256)", (a, _, n) => [a, n], { party: null }],
  ["burnFrom(address,uint256)", (a, _, n) => [a, n], { party: null }],
  ["approve(address,uint256)", (a, _, n) => [a, n], { party: "A", isApproval: true }],
  ["approveAndCall(address,uint256)", (a, _, n) => [a, n], { party: "A", isApproval: true }],
  ["approveAndCall(address,uint256,bytes)", (a, _, n) => [a, n, "0x"], { party: "A", isApproval: true }],
  ["increaseAllowance(address,uint256)", (a, _, n) => [a, n], { party: "A", isApproval: true }],
  ["increaseApproval(address,uint256)", (a, _, n) => [a, n], { party: "A", isApproval: true }],
  ["setApprovalForAll(address,bool)", (a) => [a, true], { party: "A", amount: null, isApproval: true }],
  ["authorizeOperator(address)", (a) => [a], { party: "A", amount: null, isApproval: true }],
  [
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
    (a, b, n) => [a, b, n, 1n, 27, id("r"), id("s")],
    { party: "B", isApproval: true },
  ],
  [
    "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)",
    (a, b) => [a, b, 0n, 1n, true, 27, id("r"), id("s")],
    { party: "B", amount: null, isApproval: true },
  ],
  [
    "approve(address,address,uint160,uint48)",
    (a, b, n) => [a, b, BigInt.asUintN(160, n), 1n],
    { asset: "A", party: "B", amount: "uint160", isApproval: true },
  ],
  [
    "transferFrom(address,address,uint160,address)",
    (a, b, n) => [contract, b, BigInt.asUintN(160, n), a],
    { asset: "A", party: "B", amount: "uint160" },
  ],
];

// Budget of the file: 5 s.
describe("calldata", () => {
  it.each(cases)("of %s is read as ethers writes it", (signature, argsOf, expected) => {
    expect(selectorOfSignature(signature)).toBe(id(signature).slice(0, 10));
    fc.assert(
      fc.property(anyAddress, anyAddress, anyAmount, (a, b, n) => {
        const named = (value: unknown): unknown => (value === "A" ? a : value === "B" ? b : value);
        const data = callOf(signature, argsOf(a, b, n));
        expect(knownSignature(data)).toBe(signature);
        expect(tokenMovementOf(contract.toUpperCase().replace("0X", "0x"), data)).toEqual({
          asset: named(expected["asset"] ?? contract),
          party: named(expected["party"]),
          amount: expected["amount"] === "uint160" ? BigInt.asUintN(160, n) : expected["amount"] === null ? null : n,
          isApproval: expected["isApproval"] ?? false,
        });
      }),
      { numRuns: 30 },
    );
  });

  it("grants nothing where an approval of everything is taken back", () => {
    expect(tokenMovementOf(contract, callOf("setApprovalForAll(address,bool)", [addressOf(1), false]))).toBeUndefined();
  });

  it("that is cut short is read with zeros in place of what is missing", () => {
    const whole = callOf("transfer(address,uint256)", [addressOf(0xab), 0x1234n]);
    expect(tokenMovementOf(contract, hex(whole.slice(0, -2)))).toMatchObject({ amount: 0x1200n });
    expect(tokenMovementOf(contract, hex(whole.slice(0, 10)))).toMatchObject({ party: addressOf(0), amount: 0n });
    expect(tokenMovementOf(contract, hex(`${whole}ffff`))).toMatchObject({ party: addressOf(0xab), amount: 0x1234n });
    // What stands before an address does not count.
    const dirty = hex(`0xa9059cbb${"ff".repeat(12)}${addressOf(0xab).slice(2)}${"00".repeat(31)}05`);
    expect(tokenMovementOf(contract, dirty)).toMatchObject({ party: addressOf(0xab), amount: 5n });
    expect(tokenMovementOf(contract, hex(whole.toUpperCase().replace("0X", "0x")))).toMatchObject({ amount: 0x1234n });
  });

  it("of another function is not read, and never fails", () => {
    expect([selectorOf("0x"), selectorOf("0xa9059c"), selectorOf("0xA9059CBB")]).toEqual([null, null, "0xa9059cbb"]);
    expect(tokenMovementOf(contract, "0xdeadbeef")).toBeUndefined();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom("", "a9059cbb", "23b872dd", "87517c45"),
        (bytes, head) => {
          tokenMovementOf(contract, hex(`0x${head}${Buffer.from(bytes).toString("hex")}`));
        },
      ),
    );
  });
});
