import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkManifest, headLine, readManifest, tokenLine } from "../../../src/migration/manifest.ts";
import { openRun, type RunFolder } from "../../../src/migration/run-folder.ts";
import type { ManifestToken, SnapshotResult } from "../../../src/migration/types.ts";
import { thrownBy } from "../../harness/errors.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";

const identity = { oldChainId: "8217", oldContract: `0x${"0a".repeat(20)}` };
const hash = `0x${"ab".repeat(32)}` as const;
const block = { number: "12", hash };
const [alice, bob] = [`0x${"a1".repeat(20)}`, `0x${"b0".repeat(20)}`];
const tokens: readonly ManifestToken[] = [
  { id: 0n, owner: alice, uri: "ipfs://0" },
  { id: 3n, owner: "hole", uri: "" },
  { id: 20n, owner: "door", uri: "" },
  { id: 100n, owner: bob, uri: 'a "quote"\n\u2028\u0000데', remappedFrom: alice },
  { id: 2n ** 256n - 1n, owner: alice, uri: "x".repeat(8192) },
];

/** A folder with a snapshot of this text. */
async function folderWith(text: (run: RunFolder) => string, more: Partial<SnapshotResult> = {}): Promise<RunFolder> {
  const run = await openRun(temporaryDirectory(), identity);
  const bytes = Buffer.from(text(run), "utf8");
  writeFileSync(join(run.directory, "manifest.jsonl"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await run.write("snapshot", {
    step: "snapshot",
    run: run.run,
    ...identity,
    block,
    name: "",
    symbol: "",
    tokens: 4,
    owners: 2,
    holes: 1,
    door: 1,
    remapped: 1,
    remapSha256: null,
    root: hash,
    manifest: { file: "manifest.jsonl", sha256, bytes: bytes.length },
    pattern: null,
    ownersWithCode: [],
    approvals: { tokens: 0, operators: 0 },
    seconds: 0,
    ...more,
  });
  return run;
}

const whole = (run: RunFolder, of: readonly ManifestToken[] = tokens): string =>
  headLine(run, block) + of.map(tokenLine).join("");

async function allOf(run: RunFolder): Promise<readonly ManifestToken[]> {
  const read: ManifestToken[] = [];
  for await (const token of readManifest(run)) read.push(token);
  return read;
}

describe("a manifest", () => {
  it("is read as it was written", async () => {
    const run = await folderWith(whole);
    expect(await allOf(run)).toEqual(tokens);
    expect(await checkManifest(run)).toEqual(await run.needed("snapshot"));
  });

  it("is read in pieces, whatever its length", async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({
      id: BigInt(index),
      owner: alice,
      uri: "데이터".repeat(index % 9),
    }));
    expect(await allOf(await folderWith((run) => whole(run, many)))).toEqual(many);
  });

  const lines = tokens.map(tokenLine);
  const [first = "", second = ""] = lines;
  const edits: Readonly<Record<string, (run: RunFolder) => string>> = {
    "without its first line": () => lines.join(""),
    "of another run": (run) => whole(run).replace(run.run, "another"),
    "of another block": (run) => whole(run).replace(`"${block.number}"`, '"13"'),
    "out of order": (run) => headLine(run, block) + second + first,
    "with an id twice": (run) => headLine(run, block) + first + first,
    "with members in another order": (run) => `${headLine(run, block)}{"owner":"${alice}","id":"0","uri":""}\n`,
    "with a member of its own": (run) => `${headLine(run, block)}{"id":"0","owner":"${alice}","uri":"","x":1}\n`,
    "with a blank": (run) => `${headLine(run, block)}{"id":"0", "owner":"${alice}","uri":""}\n`,
    "with an owner that is none": (run) =>
      `${headLine(run, block)}{"id":"0","owner":"${alice.toUpperCase()}","uri":""}\n`,
    "with a hole that has a URI": (run) => `${headLine(run, block)}{"id":"0","owner":"hole","uri":"x"}\n`,
    "with an id that is none": (run) => `${headLine(run, block)}{"id":"00","owner":"${alice}","uri":""}\n`,
    "with an id above 2^256-1": (run) =>
      `${headLine(run, block)}{"id":"${String(2n ** 256n)}","owner":"${alice}","uri":""}\n`,
    "with a line that is no JSON": (run) => `${headLine(run, block)}{"id"\n`,
    "with an empty line": (run) => `${whole(run)}\n`,
    "ending within a line": (run) => whole(run).slice(0, -1),
    "with an endless line": (run) =>
      `${headLine(run, block)}{"id":"0","owner":"${alice}","uri":"${"x".repeat(700_000)}`,
    empty: () => "",
  };
  it.each(Object.entries(edits))("is refused %s, whatever the snapshot says of its bytes", async (_what, text) => {
    const run = await folderWith(text);
    for (const attempt of [() => allOf(run), () => checkManifest(run)]) {
      expect(await thrownBy(attempt)).toMatchObject({
        code: "ERR_MIGRATION_FILE_INVALID",
        context: { file: "manifest.jsonl" },
      });
    }
  });

  it("is refused once a byte of it is another, at its end at the latest", async () => {
    const run = await folderWith(whole);
    writeFileSync(join(run.directory, "manifest.jsonl"), whole(run).replace("ipfs://0", "ipfs://1"));
    const read: ManifestToken[] = [];
    const error = await thrownBy(async () => {
      for await (const token of readManifest(run)) read.push(token);
    });
    expect(error).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID", context: { file: "manifest.jsonl" } });
    expect(read).toHaveLength(tokens.length);
  });

  it("is refused where it is gone, shorter, or longer", async () => {
    const run = await folderWith(whole);
    for (const text of [
      whole(run, tokens.slice(0, 4)),
      `${whole(run)}${tokenLine({ id: 2n ** 256n - 1n, owner: bob, uri: "" })}`,
    ]) {
      writeFileSync(join(run.directory, "manifest.jsonl"), text);
      expect(await thrownBy(() => allOf(run))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
    }
    rmSync(join(run.directory, "manifest.jsonl"));
    expect(await thrownBy(() => allOf(run))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
  });

  it("is refused where the snapshot counts otherwise, or there is none", async () => {
    for (const more of [{ tokens: 5 }, { holes: 0 }, { door: 0 }, { remapped: 2 }])
      expect(await thrownBy(async () => checkManifest(await folderWith(whole, more)))).toMatchObject({
        code: "ERR_MIGRATION_FILE_INVALID",
        context: { file: "snapshot.json" },
      });
    expect(await thrownBy(async () => checkManifest(await folderWith(whole, { oldChainId: "1" })))).toMatchObject({
      code: "ERR_MIGRATION_FILE_INVALID",
    });
    const empty = await openRun(temporaryDirectory(), identity);
    expect(await thrownBy(() => allOf(empty))).toMatchObject({ code: "ERR_MIGRATION_STEP_MISSING" });
  });
});
