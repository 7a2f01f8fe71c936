import { Interface } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evm } from "../../../src/chains/evm/index.ts";
import type { ContractRead } from "../../../src/ports/intent.ts";
import { anyArguments } from "../abi-values.ts";
import { rejectedBy } from "../refused.ts";
import { type Answer, scriptedNode } from "../scripted-node.ts";

// Budget of the file: 5 s.

const to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const word = (digits: string): string => digits.padStart(64, "0");

function read(answer: Answer, returns: string, more: Partial<ContractRead> = {}): Promise<unknown> {
  const chain = evm({ name: "main", chainId: 1, transport: scriptedNode({ eth_call: answer }) });
  return chain.read({ to, abi: [`function get() view returns (${returns})`], function: "get", ...more });
}

/** Plain arrays, as a read gives tuples. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) return Object.values(value).map(plain);
  return value;
}

describe("a read", () => {
  it("gives back what was encoded, for any types and values, tuples as arrays", async () => {
    await fc.assert(
      fc.asyncProperty(anyArguments, async (parameters) => {
        const outputs = parameters.map(({ parameter }) => parameter);
        const abi = [{ type: "function", name: "get", inputs: [], outputs, stateMutability: "view" }];
        const values = parameters.map(({ value }) => plain(value));
        const answer = new Interface(abi).encodeFunctionResult("get", values);
        const given = await read(answer, "", { abi });
        expect(given).toStrictEqual(values.length === 1 ? values[0] : values);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ["one value", "uint256", `0x${word("7")}`, 7n],
    ["two values", "uint256 a, bool b", `0x${word("7")}${word("1")}`, [7n, true]],
    ["no value", "", "0x", []],
    ["one array of one", "uint256[]", `0x${word("20")}${word("1")}${word("7")}`, [7n]],
    ["an answer in upper case", "uint256", `0x${word("A")}`, 10n],
    ["more than was asked for", "uint256", `0x${word("7")}${word("8")}`, 7n],
  ])("gives %s", async (_, returns, answer, expected) => {
    expect(await read(answer, returns)).toStrictEqual(expected);
  });

  it("asks for the latest block and sends no value, also for a payable function", async () => {
    const node = scriptedNode({ eth_call: `0x${word("7")}` });
    const chain = evm({ name: "main", chainId: 1, transport: node });
    const abi = ["function get(uint256 a) payable returns (uint256)", "function get(address a) returns (uint256)"];
    expect(await chain.read({ to: to.toLowerCase(), abi, function: "get(uint256)", args: [1n] })).toBe(7n);
    const data = new Interface(abi).encodeFunctionData("get(uint256)", [1n]);
    expect(node.asked.at(-1)).toEqual({ method: "eth_call", params: [{ to, data }, "latest"] });
  });

  it.each([
    ["nothing: there is no contract", "uint256", "0x"],
    ["too few bytes", "uint256, uint256", `0x${word("7")}`],
    ["part of a word", "uint256", "0x07"],
    ["a word and a half", "uint256", `0x${word("7")}07`],
    ["a string with an offset out of bounds", "string", `0x${"f".repeat(64)}`],
    ["a string with a length of 2^255", "string", `0x${word("20")}8${"0".repeat(63)}`],
    ["an array with a length of 2^32", "uint256[]", `0x${word("20")}${word("100000000")}`],
    ["an array of empty tuples without end", "uint256[0][]", `0x${word("20")}${word("ffffffff")}`],
    ["a string that is no UTF-8", "string", `0x${word("20")}${word("1")}ff${"0".repeat(62)}`],
    ["such a string beside a number", "uint256, string", `0x${word("7")}${word("40")}${word("1")}ff${"0".repeat(62)}`],
    ["such a string in a tuple", "tuple(string s) t", `0x${word("20")}${word("20")}${word("1")}ff${"0".repeat(62)}`],
    [
      "such a string in an array",
      "string[]",
      `0x${word("20")}${word("1")}${word("20")}${word("1")}ff${"0".repeat(62)}`,
    ],
  ])("refuses an answer of %s", async (_, returns, answer) => {
    const error = await rejectedBy(read(answer, returns), "ERR_CHAIN_INTENT_INVALID");
    expect(error.message).toContain("does not fit the ABI");
    expect(error.cause).toBeUndefined();
  });

  it.each([null, undefined, 7, "", "7", "0x7", "0xzz", ["0x"], {}])("refuses an answer of %j", async (answer) => {
    const error = await rejectedBy(read(answer, "uint256"), "ERR_RPC_BAD_RESPONSE");
    expect(error.context).toEqual({ fault: "node", what: "call result" });
  });
});
