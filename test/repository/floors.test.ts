import { describe, expect, it } from "vitest";
import { cruiseTree, type Violation } from "./cruise.ts";
import { fakePackage, type Tree, withTree } from "./fixture-tree.ts";

// The house's plan, from the ground up, written down a second time so that a slip in the rules does not pass here.
const floors: readonly (readonly string[])[] = [
  ["errors"],
  ["units"],
  ["ports"],
  ["profiles", "telemetry"],
  ["vault", "store", "rpc", "contracts", "identity"],
  ["chains/ethereum"],
  ["nodes", "chains/evm", "chains/kaia"],
  ["transactions"],
  ["wallets"],
  ["collections", "inspection"],
  ["migration"],
  ["http", "ops", "logs"],
  ["cli", "hardhat"],
];
const rooms = floors.flat();
const floorOf = (room: string): number => floors.findIndex((floor) => floor.includes(room));

const libraries = ["ethers", "caver-js", "pg", "@aws-sdk/client-kms", "left-pad", "kysely", "hardhat", "jose"];
const manifest = JSON.stringify({
  name: "fixture",
  version: "1.0.0",
  type: "module",
  dependencies: { kysely: "1.0.0", jose: "1.0.0" },
  peerDependencies: { ethers: "1.0.0", "caver-js": "1.0.0", pg: "1.0.0", "@aws-sdk/client-kms": "1.0.0" },
  devDependencies: { ethers: "1.0.0", pg: "1.0.0", hardhat: "1.0.0", "left-pad": "1.0.0" },
});
const ground: Tree = {
  "package.json": manifest,
  ...Object.fromEntries(libraries.flatMap((name) => Object.entries(fakePackage(name)))),
};

async function violationsOf(tree: Tree): Promise<readonly Violation[]> {
  return await withTree({ ...ground, ...tree }, (root) => cruiseTree(root, ["src"]));
}

/** The `../` steps from a file directly in a room to src. */
const upFrom = (room: string): string => "../".repeat(room.split("/").length);
const importOf = (name: string, kind: "value" | "type" | "dynamic"): string =>
  ({
    value: `import { x } from "${name}";\nconsole.log(x);\n`,
    type: `import type { x } from "${name}";\nexport type y = typeof x;\n`,
    dynamic: `export const x = await import("${name}");\n`,
  })[kind];

describe("the floors", { timeout: 60_000 }, () => {
  it.each(["value", "type", "dynamic"] as const)("allow lower floors and nothing else: %s imports", async (kind) => {
    const leaves = rooms.map((room): readonly [string, string] => [`src/${room}/leaf.ts`, "export const x = 1;\n"]);
    const probes = rooms.flatMap((room) =>
      rooms
        .filter((other) => other !== room)
        .map((other, index): readonly [string, string] => [
          `src/${room}/probe-${String(index)}.ts`,
          importOf(`${upFrom(room)}${other}/leaf.ts`, kind),
        ]),
    );
    const tree: Tree = Object.fromEntries([...leaves, ...probes]);
    const expected = rooms.flatMap((room) =>
      rooms.filter((other) => other !== room && floorOf(other) >= floorOf(room)).map((other) => `${room} -> ${other}`),
    );

    const violations = await violationsOf(tree);

    const found = violations
      .filter(({ rule }) => rule.startsWith("floor-of-"))
      .map(({ from, to }) => `${from} -> ${to}`.replaceAll(/src\/|\/(probe-\d+|leaf)\.ts/g, ""));
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it("keep every room from importing what wires the rooms", async () => {
    const tree = Object.fromEntries(
      rooms.map((room) => [`src/${room}/probe.ts`, importOf(`${upFrom(room)}index.ts`, "type")]),
    );
    const violations = await violationsOf({ ...tree, "src/index.ts": "export const x = 1;\n" });
    const climbers = violations.filter(({ rule, to }) => rule.startsWith("floor-of-") && to === "src/index.ts");
    const expected = rooms.filter((room) => room !== "cli" && room !== "hardhat").map((room) => `src/${room}/probe.ts`);
    expect(climbers.map(({ from }) => from).toSorted()).toEqual(expected.toSorted());
  });
});
