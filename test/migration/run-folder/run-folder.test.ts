import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRun, type RunFolder } from "../../../src/migration/run-folder.ts";
import type { SealResult } from "../../../src/migration/types.ts";
import { isRecord } from "../../../src/units/is-record.ts";
import { thrownBy } from "../../harness/errors.ts";
import { runChild } from "../../harness/run-child.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";

const identity = { oldChainId: "8217", oldContract: `0x${"0a".repeat(20)}` };
const hash = `0x${"ab".repeat(32)}` as const;

const sealOf = ({ run }: RunFolder, number = "7"): SealResult => ({
  step: "seal",
  run,
  transaction: hash,
  block: { number, hash },
});

describe("a run's folder", () => {
  it("is made, with its parents, and opened again as the same run", async () => {
    const directory = join(temporaryDirectory(), "a", "b");
    const first = await openRun(directory, identity);
    const second = await openRun(directory, identity);
    expect(second.run).toBe(first.run);
    expect(second.identity).toEqual(identity);
    expect(readdirSync(directory)).toEqual(["run.json"]);
  });

  it("is one run for all who open it at once", async () => {
    const directory = temporaryDirectory();
    const runs = await Promise.all(Array.from({ length: 20 }, () => openRun(directory, identity)));
    expect(new Set(runs.map(({ run }) => run)).size).toBe(1);
    expect(readdirSync(directory)).toEqual(["run.json"]);
  });

  it("is of one collection on one chain", async () => {
    const directory = temporaryDirectory();
    await openRun(directory, identity);
    for (const other of [
      { ...identity, oldChainId: "1001" },
      { ...identity, oldContract: `0x${"0b".repeat(20)}` },
    ])
      expect(await thrownBy(() => openRun(directory, other))).toMatchObject({ code: "ERR_MIGRATION_RUN_MISMATCH" });
  });

  it.each([
    { ...identity, oldChainId: "0x1" },
    { ...identity, oldChainId: "01" },
    { ...identity, oldContract: `0x${"0A".repeat(20)}` },
    { ...identity, oldContract: "0x" },
  ])("is not made for an identity that is none: %o", async (other) => {
    const directory = temporaryDirectory();
    expect(await thrownBy(() => openRun(directory, other))).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ["no JSON", "{"],
    ["another format", JSON.stringify({ format: "x", version: 1 })],
    ["another version", JSON.stringify({ format: "latchkey-migration-run", version: 2, run: "x", ...identity })],
    ["no run", JSON.stringify({ format: "latchkey-migration-run", version: 1, ...identity })],
  ])("is refused with a run.json of %s", async (_what, text) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "run.json"), text);
    expect(await thrownBy(() => openRun(directory, identity))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
    expect(readFileSync(join(directory, "run.json"), "utf8")).toBe(text);
  });

  it("keeps results, and names the step that is missing", async () => {
    const folder = await openRun(temporaryDirectory(), identity);
    expect(await folder.read("seal")).toBeUndefined();
    expect(await thrownBy(() => folder.needed("snapshot"))).toMatchObject({
      code: "ERR_MIGRATION_STEP_MISSING",
      context: { step: "snapshot" },
    });
    await folder.write("seal", sealOf(folder));
    await folder.write("seal", sealOf(folder, "8"));
    expect(await folder.needed("seal")).toEqual(sealOf(folder, "8"));
    expect(readdirSync(folder.directory).sort()).toEqual(["run.json", "seal.json"]);
  });

  const edits: Readonly<Record<string, (seal: SealResult) => unknown>> = {
    "another run's": (seal) => ({ ...seal, run: "x" }),
    "another step's": (seal) => ({ ...seal, step: "mint" }),
    "without a member": ({ step, run, block }) => ({ step, run, block }),
    "with a hash that is none": (seal) => ({ ...seal, transaction: "0xab" }),
    "with a number that is none": (seal) => ({ ...seal, block: { number: "0x7", hash } }),
    "a list": (seal) => [seal],
    null: () => null,
  };
  it.each(Object.entries(edits))("does not read a result that is %s", async (_what, edit) => {
    const folder = await openRun(temporaryDirectory(), identity);
    const text = JSON.stringify(edit(sealOf(folder)));
    writeFileSync(join(folder.directory, "seal.json"), text);
    expect(await thrownBy(() => folder.read("seal"))).toMatchObject({
      code: "ERR_MIGRATION_FILE_INVALID",
      context: { file: "seal.json" },
    });
  });

  it("does not write what it would not read", async () => {
    const folder = await openRun(temporaryDirectory(), identity);
    const error = await thrownBy(() => folder.write("seal", { ...sealOf(folder), run: "x" }));
    expect(error).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
    expect(await folder.read("seal")).toBeUndefined();
  });

  it("says that a file cannot be read or written, and leaves nothing behind", async () => {
    const folder = await openRun(temporaryDirectory(), identity);
    mkdirSync(join(folder.directory, "seal.json"));
    for (const attempt of [() => folder.read("seal"), () => folder.write("seal", sealOf(folder))]) {
      expect(await thrownBy(attempt)).toMatchObject({
        code: "ERR_MIGRATION_FILE_FAILED",
        retryable: true,
        context: { file: "seal.json" },
      });
    }
    expect(readdirSync(folder.directory).sort()).toEqual(["run.json", "seal.json"]);
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    expect(await thrownBy(() => openRun(join(file, "run"), identity))).toMatchObject({
      code: "ERR_MIGRATION_FILE_FAILED",
    });
  });

  it("keeps the old file where there is no room for the new one", async () => {
    const folder = await openRun(temporaryDirectory(), identity);
    await folder.write("seal", sealOf(folder));
    const outcome = await runChild(new URL("write-without-room.ts", import.meta.url), [folder.directory]);
    const said: unknown = JSON.parse(outcome.stdout);
    expect(isRecord(said) ? said : {}).toMatchObject({
      code: "ERR_MIGRATION_FILE_FAILED",
      context: { reason: "EFBIG" },
    });
    expect(await folder.needed("seal")).toEqual(sealOf(folder));
    expect(readdirSync(folder.directory).sort()).toEqual(["run.json", "seal.json"]);
  });
});
