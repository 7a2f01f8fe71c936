import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Interface } from "ethers";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { type ContractInput, inputsOf } from "../../scripts/contracts-compile.ts";
import { writeStandardJson } from "../../scripts/contracts-standard-json.ts";
import { presets } from "../../scripts/contracts-presets.ts";
import {
  bytecodeOf,
  type DeployableContract,
  erc1967ProxyAbi,
  kip17CollectionAbi,
  kip17CollectionErrors,
  kip17CollectionEvents,
  kip17CollectionUpgradeableAbi,
  kip17MigratedAbi,
  kip17MigratedErrors,
} from "../../src/contracts/index.ts";
import { compileStandardJson, keysOf, valueAt } from "./generated-solc.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const abis = {
  KIP17Collection: kip17CollectionAbi,
  KIP17CollectionUpgradeable: kip17CollectionUpgradeableAbi,
  KIP17Migrated: kip17MigratedAbi,
  ERC1967Proxy: erc1967ProxyAbi,
} as const;
const names: readonly DeployableContract[] = [
  "KIP17Collection",
  "KIP17CollectionUpgradeable",
  "KIP17Migrated",
  "ERC1967Proxy",
];

describe("what is generated", { timeout: 120_000 }, () => {
  let inputs: readonly ContractInput[];
  let directory: string;

  beforeAll(async () => {
    inputs = await inputsOf(presets);
    directory = await mkdtemp(join(tmpdir(), "latchkey-standard-json-"));
    await writeStandardJson(directory, inputs);
  }, 120_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(names)("is what the standard JSON of %s compiles to, small enough to deploy", async (name) => {
    const input: unknown = JSON.parse(await readFile(join(directory, `${name}.json`), "utf8"));
    const source = inputs.find(({ contract }) => contract === name)?.source ?? "";
    const compiled = valueAt(await compileStandardJson(input), "contracts", source, name);
    const bytecode = `0x${String(valueAt(compiled, "evm", "bytecode", "object"))}`;
    expect(await bytecodeOf(name)).toBe(bytecode);
    expect(abis[name]).toEqual(valueAt(compiled, "abi"));
    // EIP-3860 and EIP-170, in hexadecimal digits.
    expect(bytecode.length).toBeLessThan(2 + 2 * 49_152);
    expect(String(valueAt(compiled, "evm", "deployedBytecode", "object")).length).toBeLessThan(2 * 24_576);
  });

  it.each(names)("gives an explorer nothing but what %s is made of", async (name) => {
    const input: unknown = JSON.parse(await readFile(join(directory, `${name}.json`), "utf8"));
    const sources = keysOf(valueAt(input, "sources"));
    expect(sources.filter((each) => /^(?!project\/contracts\/|npm\/@openzeppelin\/contracts@)/.test(each))).toEqual([]);
    expect(sources.filter((each) => /examples|inspection/.test(each))).toEqual([]);
  });

  it("names the compiler as explorers do", async () => {
    const versions: unknown = JSON.parse(await readFile(join(directory, "compilers.json"), "utf8"));
    expect(versions).toEqual(Object.fromEntries(names.map((name) => [name, "v0.8.37+commit.f401782d"])));
    expect((await readdir(directory)).toSorted()).toEqual(
      [...names.map((name) => `${name}.json`), "compilers.json"].toSorted(),
    );
  });

  it("names the errors and events of each ABI", () => {
    const errors = new Interface(kip17CollectionAbi).fragments.filter(({ type }) => type === "error");
    expect(kip17CollectionErrors).toHaveLength(errors.length);
    expect(kip17CollectionErrors).toContain("ERC721NonexistentToken");
    expect(kip17MigratedErrors.length).toBeGreaterThan(kip17CollectionErrors.length);
    expect(kip17CollectionEvents).toEqual(expect.arrayContaining(["Transfer", "Approval", "ApprovalForAll", "Paused"]));
    expectTypeOf<"ERC721NonexistentToken">().toExtend<(typeof kip17CollectionErrors)[number]>();
    expectTypeOf<"Transfer">().toExtend<(typeof kip17CollectionEvents)[number]>();
  });
});

describe("an import of the ABIs", { timeout: 30_000 }, () => {
  it("does not load bytecode, which comes when it is asked for", async () => {
    const entry = join(root, "src", "contracts", "index.ts");
    const code = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      const { bytecodeOf } = await import(${JSON.stringify(entry)});
      const before = loaded.filter((url) => url.includes("bytecode.ts") && url.includes("generated")).length;
      await bytecodeOf("KIP17Migrated");
      const after = loaded.filter((url) => url.includes("-bytecode.ts"));
      const peers = loaded.filter((url) => /node_modules\\/(ethers|hardhat|@openzeppelin)/.test(url));
      console.log(JSON.stringify({ before, after: after.map((url) => url.split("/").at(-1)), peers }));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
    expect(JSON.parse(stdout)).toEqual({ before: 0, after: ["kip17-migrated-bytecode.ts"], peers: [] });
  });
});
