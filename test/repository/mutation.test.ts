import { Interface } from "ethers";
import hre from "hardhat";
import { beforeAll, describe, expect, it } from "vitest";
import { disagreements, explainedIn } from "../../scripts/mutation/explained.ts";
import { mutantsOf } from "../../scripts/mutation/mutants.ts";
import { addressOf, schemaOf, switchPath, switchSource, uncoveredReverts } from "../../scripts/mutation/schema.ts";
import { parse } from "../../scripts/mutation/syntax.ts";
import { compileStandardJson, valueAt } from "../contracts/generated-solc.ts";

// Budget of the file: 40 s.
const path = "contracts/Fixture.sol";
const fixture = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

contract Fixture {
    uint256 public total;
    address public owner = msg.sender;

    error Refused();

    modifier onlyOwner() {
        if (msg.sender != owner) revert Refused();
        _;
    }

    // A word in a comment, "revert", is none. Nor are bytes characters: äöü.
    function add(uint256 amount) public onlyOwner returns (uint256) {
        if (amount == 0 || (amount > 9 && amount != 50)) revert Refused();
        total += amount;
        return total;
    }

    function half(uint256 amount) public pure returns (uint256) {
        if (isOdd(amount)) revert Refused();
        return amount / 2;
    }

    function isOdd(uint256 amount) internal pure returns (bool) {
        return amount % 2 == 1;
    }

    // Has no condition of its own, and cannot stay pure.
    function parity(uint256 amount) public pure returns (bool) {
        return isOdd(amount);
    }
}
`;

const ids = [
  "Fixture.onlyOwner: not (msg.sender != owner)",
  "Fixture.add: without onlyOwner",
  "Fixture.add: not (amount == 0 || (amount > 9 && amount != 50))",
  "Fixture.add: dropped amount == 0",
  "Fixture.add: dropped (amount > 9 && amount != 50)",
  "Fixture.add: dropped amount > 9",
  "Fixture.add: amount > 9 becomes >=",
  "Fixture.add: dropped amount != 50",
  "Fixture.add: without total += amount",
  "Fixture.half: not (isOdd(amount))",
  "Fixture.isOdd: not (amount % 2 == 1)",
];

/** What is tried on the fixture, each from the start, and the answer of an owner where nothing is wrong. */
const probes = [
  { probe: "add 0", method: "add", amount: 0, stranger: false, answer: "refused" },
  { probe: "add 5", method: "add", amount: 5, stranger: false, answer: "5" },
  { probe: "add 9", method: "add", amount: 9, stranger: false, answer: "9" },
  { probe: "add 10", method: "add", amount: 10, stranger: false, answer: "refused" },
  { probe: "add 50", method: "add", amount: 50, stranger: false, answer: "50" },
  { probe: "add 5 as a stranger", method: "add", amount: 5, stranger: true, answer: "refused" },
  { probe: "half 4", method: "half", amount: 4, stranger: false, answer: "2" },
] as const;

/** Which probes show each mutant, in the order of the ids. */
const shown = [
  ["add 5", "add 9", "add 50", "add 5 as a stranger"],
  ["add 5 as a stranger"],
  ["add 0", "add 5", "add 9", "add 10", "add 50"],
  ["add 0"],
  ["add 10"],
  ["add 5", "add 9"],
  ["add 9"],
  ["add 50"],
  ["add 5", "add 9", "add 50"],
  ["half 4"],
  ["half 4"],
];

const sources = parse(new Map([[path, fixture]]));
const mutants = mutantsOf(sources);

describe("the mutants of a contract", () => {
  it("are each condition the other way, without a part, off by one; each check and each count left out", () => {
    expect(mutants.map(({ id }) => id)).toEqual(ids);
    expect(mutants.map(({ number }) => number)).toEqual(ids.map((_, index) => index + 1));
    expect(mutants.map(({ line }) => line)).toEqual([11, 16, 17, 17, 17, 17, 17, 17, 18, 23, 28]);
    expect(uncoveredReverts(sources, mutants)).toEqual([]);
  });

  it.each([
    ["has no condition", "function f() public pure { revert(); }", `${path}:3`],
    [
      "stands behind a loop",
      "function f(uint256 n) public pure { for (uint256 i = 0; i < n; ++i) {} revert(); }",
      `${path}:3`,
    ],
    [
      "stands in assembly",
      "uint256 immutable x = f(); function f() internal pure returns (uint256) { assembly { revert(0, 0) } }",
      `${path}:3`,
    ],
  ])("leave out a revert that %s, and that is told", (_, body, place) => {
    const bare = parse(
      new Map([[path, `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.24;\ncontract Bare { ${body} }`]]),
    );
    expect(uncoveredReverts(bare, mutantsOf(bare))).toEqual([place]);
  });

  it("cover a revert after a way out, and a require", () => {
    const body =
      "function f(bool a) public pure { if (a) return; revert(); } function g(bool a) public pure { require(a); }";
    const other = parse(new Map([[path, `pragma solidity ^0.8.24;\ncontract Other { ${body} }`]]));
    expect(mutantsOf(other).map(({ id }) => id)).toEqual(["Other.f: not (a)", "Other.g: not (a)"]);
    expect(uncoveredReverts(other, mutantsOf(other))).toEqual([]);
  });
});

describe("a contract with all of its mutants", { timeout: 60_000 }, () => {
  let abi: Interface;
  let bytecode: string;
  beforeAll(async () => {
    const files = [...schemaOf(sources, mutants), [switchPath, switchSource] as const];
    const output = await compileStandardJson({
      language: "Solidity",
      sources: Object.fromEntries(files.map(([name, content]) => [name, { content }])),
      settings: { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
    });
    abi = new Interface(JSON.stringify(valueAt(output, "contracts", path, "Fixture", "abi")));
    bytecode = `0x${String(valueAt(output, "contracts", path, "Fixture", "evm", "bytecode", "object"))}`;
  });

  async function answers(mutant: number): Promise<readonly string[]> {
    const { provider, close } = await hre.network.create({ network: "edr", override: { coinbase: addressOf(mutant) } });
    try {
      const request = async (method: string, ...params: readonly unknown[]): Promise<unknown> =>
        await provider.request({ method, params: [...params] });
      const accounts = await request("eth_accounts");
      const [owner, other] = Array.isArray(accounts) ? accounts.map(String) : [];
      const hash = await request("eth_sendTransaction", { from: owner, data: bytecode });
      const to = valueAt(await request("eth_getTransactionReceipt", hash), "contractAddress");
      const given: string[] = [];
      for (const { method, amount, stranger } of probes) {
        const data = abi.encodeFunctionData(method, [amount]);
        const call = { from: stranger ? other : owner, to, data };
        const result = await request("eth_call", call, "latest").catch(() => undefined);
        given.push(typeof result === "string" ? BigInt(result).toString() : "refused");
      }
      return given;
    } finally {
      await close();
    }
  }

  const sound = probes.map(({ answer }) => answer);

  it("behaves as it was written while none is active", async () => {
    expect(await answers(0)).toEqual(sound);
    expect(await answers(mutants.length + 1)).toEqual(sound);
  });

  it.each(ids.map((id, index) => [id, index + 1, shown[index]] as const))("shows %s", async (_, number, wanted) => {
    const given = await answers(number);
    expect(probes.filter((_probe, index) => given[index] !== sound[index]).map(({ probe }) => probe)).toEqual(wanted);
  });
});

describe("the list of survivors", () => {
  const explained = explainedIn(
    ["# Survivors", "", "- `A.f: not (a || b)`: why, and `why`.", "- a list item", ""].join("\n"),
  );

  it("is read from list items that name a mutant", () => {
    expect([...explained]).toEqual([["A.f: not (a || b)", "why, and `why`."]]);
  });

  it("agrees with a run in which they survived, and nothing else", () => {
    const fates = [
      { id: "A.f: not (a || b)", survived: true },
      { id: "A.g: not (c)", survived: false },
    ];
    expect(disagreements(explained, fates)).toEqual([]);
  });

  it("disagrees with a survivor that is not in it, one that was killed, and one that is gone", () => {
    expect(disagreements(explained, [{ id: "A.f: not (a || b)", survived: false }])).toEqual([
      "Is explained as a survivor, and was killed: A.f: not (a || b)",
    ]);
    expect(disagreements(explained, [{ id: "A.g: not (c)", survived: true }])).toEqual([
      "Survived, and is not explained: A.g: not (c)",
      "Is explained, and is no mutant: A.f: not (a || b)",
    ]);
  });
});
