import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cruiseTree, ruleNames } from "./cruise.ts";
import { fakePackage, type Tree, withTree } from "./fixture-tree.ts";

const runtime = ["kysely", "jose", "@aws-crypto/encrypt-node", "tiny-secp256k1", "@scure/bip39", "@noble/hashes", "ws"];
const peers = ["ethers", "caver-js", "pg", "mysql2", "@aws-sdk/client-kms", "@aws-sdk/client-cloudwatch"];
const morePeers = ["@aws-sdk/client-s3", "prom-client", "@opentelemetry/api", "pino", "hardhat"];
const development = ["vitest", "left-pad"];

const at1 = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, "1.0.0"]));
const ground: Tree = {
  "package.json": JSON.stringify({
    name: "fixture",
    version: "1.0.0",
    type: "module",
    dependencies: at1([...runtime, "left-pad"]),
    peerDependencies: at1([...peers, ...morePeers]),
    devDependencies: at1([...peers, ...morePeers, "vitest"]),
  }),
  ...Object.fromEntries(
    [...runtime, ...peers, ...morePeers, ...development].flatMap((name) => Object.entries(fakePackage(name))),
  ),
};

const value = (name: string): string => `import * as x from "${name}";\nconsole.log(x);\n`;
const type = (name: string): string => `import type * as x from "${name}";\nexport type y = typeof x;\n`;
const lazy = (name: string): string => `export const x = await import("${name}");\n`;

/** [rule, file, its text]: the rule must fire for the file. */
const violating: readonly (readonly [string, string, string])[] = [
  ["wired-from-the-top-vault-aws-kms", "src/wallets/a.ts", type("../vault/aws-kms/leaf.ts")],
  ["wired-from-the-top-vault-aws-kms", "src/vault/local/a.ts", value("../aws-kms/leaf.ts")],
  ["wired-from-the-top-vault-local", "src/vault/a.ts", lazy("./local/leaf.ts")],
  ["wired-from-the-top-vault-local", "src/vault/aws-kms/a.ts", value("../local/leaf.ts")],
  ["wired-from-the-top-store-sqlite", "src/store/a.ts", value("./sqlite/leaf.ts")],
  ["wired-from-the-top-store-postgres", "src/store/sqlite/a.ts", value("../postgres/leaf.ts")],
  ["wired-from-the-top-store-mysql", "src/store/postgres/a.ts", value("../mysql/leaf.ts")],
  ["wired-from-the-top-telemetry-prometheus", "src/telemetry/a.ts", value("./prometheus/leaf.ts")],
  ["wired-from-the-top-telemetry-opentelemetry", "src/telemetry/b.ts", value("./opentelemetry/leaf.ts")],
  ["wired-from-the-top-telemetry-cloudwatch", "src/ops/a.ts", value("../telemetry/cloudwatch/leaf.ts")],
  ["wired-from-the-top-logs-s3", "src/logs/a.ts", value("./s3/leaf.ts")],
  ["wired-from-the-top-logs-pino", "src/logs/b.ts", value("./pino/leaf.ts")],

  ["door-of-ethers", "src/nodes/a.ts", lazy("ethers")],
  ["door-of-ethers", "src/chains/kaia/a.ts", type("ethers")],
  ["door-of-caver-js", "src/chains/evm/a.ts", lazy("caver-js")],
  ["door-of-pg", "src/store/b.ts", lazy("pg")],
  ["door-of-mysql2", "src/wallets/b.ts", lazy("mysql2")],
  ["door-of-aws-sdk-client-kms", "src/vault/b.ts", lazy("@aws-sdk/client-kms")],
  ["door-of-aws-sdk-client-cloudwatch", "src/telemetry/c.ts", lazy("@aws-sdk/client-cloudwatch")],
  ["door-of-aws-sdk-client-s3", "src/logs/c.ts", lazy("@aws-sdk/client-s3")],
  ["door-of-prom-client", "src/telemetry/d.ts", lazy("prom-client")],
  ["door-of-opentelemetry", "src/telemetry/e.ts", lazy("@opentelemetry/api")],
  ["door-of-pino", "src/logs/d.ts", type("pino")],
  ["door-of-hardhat", "src/collections/a.ts", lazy("hardhat")],
  ["door-of-jose", "src/http/a.ts", lazy("jose")],
  ["door-of-kysely", "src/vault/c.ts", value("kysely")],
  ["door-of-aws-crypto", "src/vault/aws-kms/b.ts", value("@aws-crypto/encrypt-node")],
  ["door-of-tiny-secp256k1", "src/chains/evm/b.ts", value("tiny-secp256k1")],
  ["door-of-scure-bip39", "src/wallets/c.ts", value("@scure/bip39")],
  ["door-of-noble-hashes", "src/wallets/d.ts", value("@noble/hashes")],
  ["door-of-ws", "src/nodes/b.ts", value("ws")],

  ["door-of-node-sqlite", "src/store/c.ts", value("node:sqlite")],
  ["door-of-node-http-https-http2-net-tls-dgram-dns", "src/vault/d.ts", value("node:https")],
  ["door-of-node-http-https-http2-net-tls-dgram-dns", "src/wallets/e.ts", value("node:dns/promises")],
  ["door-of-node-child-process-cluster", "src/vault/e.ts", value("node:child_process")],
  ["door-of-node-module-vm-inspector", "src/cli/a.ts", value("node:module")],
  ["door-of-node-module-vm-inspector", "src/vault/f.ts", 'export const x = process.getBuiltinModule("node:vm");\n'],

  ["ports-are-types", "src/ports/a.ts", type("../errors/leaf.ts")],
  ["ports-import-types", "src/ports/b.ts", value("../units/leaf.ts")],
  ["peer-on-first-use", "src/chains/evm/c.ts", value("ethers")],
  ["peer-on-first-use", "src/store/postgres/b.ts", 'import "pg";\n'],
  ["peer-on-first-use", "src/vault/aws-kms/c.ts", 'export * from "@aws-sdk/client-kms";\n'],
  ["no-other-library", "src/rpc/a.ts", lazy("left-pad")],
  ["no-development-package", "src/rpc/b.ts", value("vitest")],
  ["no-unknown-room", "src/helpers/a.ts", value("../units/leaf.ts")],
  ["no-import-of-unknown-room", "src/rpc/i.ts", value("../helpers/leaf.ts")],
  ["src-stands-alone", "src/rpc/c.ts", value("../../test/leaf.ts")],
  ["shown-through-the-door", "examples/a.ts", value("../src/units/leaf.ts")],
  ["no-cycle", "src/rpc/d.ts", type("./e.ts")],
  ["no-orphan", "src/rpc/f.ts", "export const alone = 1;\n"],
  ["no-dead-module", "src/rpc/g.ts", value("../units/leaf.ts")],
  ["no-unresolved-import", "src/rpc/h.ts", value("./nothing.ts")],
];

/** Files that no rule may touch but the one on modules that no entry leads to. */
const allowed: Tree = {
  "src/chains/evm/ok.ts": lazy("ethers") + type("ethers").replaceAll(" y ", " z ").replace("as x", "as w"),
  "src/chains/evm/types.ts": 'export type Ethers = typeof import("ethers");\n',
  "src/store/postgres/ok.ts": type("pg"),
  "src/store/sqlite/ok.ts": value("node:sqlite"),
  "src/vault/aws-kms/ok.ts": lazy("@aws-sdk/client-kms"),
  "src/vault/local/ok.ts": value("../leaf.ts"),
  "src/vault/envelope/ok.ts": value("@aws-crypto/encrypt-node"),
  "src/wallets/ok.ts": value("kysely"),
  "src/ports/ok.ts": type("../units/leaf.ts"),
  "src/open.ts": value("./vault/local/leaf.ts"),
  "src/hardhat/ok.ts": value("hardhat"),
  "src/cli/ok.ts": value("../store/sqlite/leaf.ts") + 'import { spawn } from "node:child_process";\nspawn("x");\n',
  "examples/ok.ts": value("../src/index.ts"),
};

const leafRooms = [
  "units",
  "errors",
  "helpers",
  "vault",
  "vault/aws-kms",
  "vault/local",
  "store/sqlite",
  "store/postgres",
];
const moreLeafRooms = ["store/mysql", "telemetry/prometheus", "telemetry/opentelemetry", "telemetry/cloudwatch"];
const leaves: Tree = Object.fromEntries(
  [...leafRooms, ...moreLeafRooms, "logs/s3", "logs/pino"].map((room) => [`src/${room}/leaf.ts`, "export {};\n"]),
);
const rest: Tree = {
  "src/index.ts": value("./units/leaf.ts"),
  "src/rpc/e.ts": type("./d.ts"),
  "test/leaf.ts": "export {};\n",
};

describe("the lint rules on imports", { timeout: 60_000 }, async () => {
  const tree = {
    ...ground,
    ...leaves,
    ...rest,
    ...allowed,
    ...Object.fromEntries(violating.map(([, file, text]) => [file, text])),
  };
  const violations = await withTree(tree, (root) => cruiseTree(root, ["src", "examples"]));
  const reported = (rule: string, file: string): boolean =>
    // A rule on what cannot be reached names the entry as the origin.
    violations.some((found) => found.rule === rule && (found.from === file || (found.to === file && isReach(rule))));
  const isReach = (rule: string): boolean => rule === "no-dead-module";

  it.each(violating)("%s fires for %s", (rule, file) => {
    expect(reported(rule, file)).toBe(true);
  });

  it("leave alone what is allowed", () => {
    const files = Object.keys(allowed);
    expect(violations.filter(({ rule, from }) => files.includes(from) && !isReach(rule))).toEqual([]);
  });

  it("are all covered, here or by the floors' own test", () => {
    const covered = new Set(violating.map(([rule]) => rule));
    expect(ruleNames.filter((rule) => !rule.startsWith("floor-of-") && !covered.has(rule))).toEqual([]);
  });

  it("hold for this repository", async () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    expect(await cruiseTree(root, ["src", "test", "bench", "scripts", "examples", "vitest.config.ts"])).toEqual([]);
  });
});
