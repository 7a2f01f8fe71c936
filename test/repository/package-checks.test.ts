import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  checkContents,
  checkDeclarations,
  checkExports,
  checkImports,
  checkValues,
  type Manifest,
} from "../../scripts/package-checks.ts";
import { withTree } from "./fixture-tree.ts";

const manifest: Manifest = {
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./package.json": "./package.json" },
  dependencies: { kysely: "1.0.0" },
  peerDependencies: { ethers: "^6.0.0", "@aws-sdk/client-kms": "^3.0.0" },
};
const sound = new Map([
  ["package.json", "{}"],
  ["dist/index.js", 'import { x } from "./chunk-A.js";\nexport { x };\n'],
  [
    "dist/chunk-A.js",
    'import "node:sqlite";\nimport { y } from "kysely/helpers";\nexport const x = [y, import("ethers")];\n',
  ],
  ["dist/index.d.ts", 'import { X } from "./types.js";\nimport "node:util";\nexport { X };\n'],
  ["dist/types.d.ts", 'import { Y } from "kysely";\nexport type X = Y;\n'],
  ["dist/evm.d.ts", 'export { Signer } from "ethers";\n'],
]);
const withFile = (path: string, text: string): Map<string, string> => new Map([...sound, [path, text]]);
const without = (path: string): Map<string, string> => new Map([...sound].filter(([each]) => each !== path));

describe("the checks of the packed package", () => {
  it("pass a sound one", () => {
    expect(checkExports(manifest, sound)).toEqual([]);
    expect(checkImports(manifest, sound)).toEqual([]);
    expect(checkDeclarations(manifest, sound)).toEqual([]);
    expect(checkContents(sound, "/somewhere/else")).toEqual([]);
  });

  it.each(["dist/index.js", "dist/index.d.ts", "package.json"])("miss %s when it is not packed", (path) => {
    expect(checkExports(manifest, without(path))).toHaveLength(1);
  });

  it("find a value that is declared and not there", async () => {
    const declarations =
      "declare class A {}\ndeclare const b: 1;\ntype C = 1;\ninterface E {}\nexport { A, b as c, C, E, type A as D };\n";
    const check = (exported: readonly string[]) =>
      withTree({ "index.d.ts": declarations, "package.json": '{ "type": "module" }' }, (root) =>
        Promise.resolve(checkValues(join(root, "index.d.ts"), exported)),
      );
    expect(await check(["A", "c"])).toEqual([]);
    expect(await check(["c"])).toEqual(["index.d.ts declares the value A, which is not exported at run time."]);
  });

  it.each([
    ["a bare built-in", 'import { DatabaseSync } from "sqlite";\nconsole.log(DatabaseSync);\n'],
    ["a bare built-in with a path", 'export { readFile } from "fs/promises";\n'],
    ["a development package", 'const x = await import("vitest");\nconsole.log(x);\n'],
  ])("find %s among the imports", (_, text) => {
    expect(checkImports(manifest, withFile("dist/bad.js", text))).toHaveLength(1);
  });

  it.each([
    ["in the entry", "dist/index.d.ts", 'export type { Signer } from "ethers";\n'],
    ["behind the entry", "dist/types.d.ts", 'export type X = import("@aws-sdk/client-kms").KMSClient;\n'],
  ])("find a peer %s", (_, path, text) => {
    expect(checkDeclarations(manifest, withFile(path, text))).toHaveLength(1);
  });

  it("find declarations that lead nowhere", () => {
    expect(checkDeclarations(manifest, without("dist/types.d.ts"))).toHaveLength(1);
  });

  it.each([
    ["a test", "test/a.test.ts", ""],
    ["a source", "src/index.ts", ""],
    ["a database", "dist/wallets.db", ""],
    ["settings", ".env", ""],
    ["a PEM block", "dist/a.js", ["-----BEGIN", "EC PRIVATE KEY-----"].join(" ")],
    ["an access key id", "dist/a.js", "AKIA".concat("ABCDEFGHIJKLMNOP")],
    ["a path of the machine", "dist/a.js.map", "/somewhere/else/src/a.ts"],
  ])("find %s in the tarball", (_, path, text) => {
    expect(checkContents(withFile(path, text), "/somewhere/else")).toHaveLength(1);
  });
});
