import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planBatches } from "../../../src/migration/plan/plan-batches.ts";
import { planMigration, type PlanOptions } from "../../../src/migration/plan/plan-migration.ts";
import type { RunFolder } from "../../../src/migration/run-folder.ts";
import type { AuditResult, ManifestToken, PlanResult, SnapshotResult } from "../../../src/migration/types.ts";
import { commitBatches } from "../../../src/contracts/commitment.ts";
import { type Anvil, startAnvil } from "../../harness/anvil.ts";
import { failureOf } from "../failure-of.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { chainOf } from "../mint/scene.ts";
import { writtenSnapshot } from "./written-snapshot.ts";

// Budget: 5 s: one node, which is asked for the deployment's gas.

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());

const alice = `0x${"a1".repeat(20)}`;
const owner = `0x${"0e".repeat(20)}`;
const oldContract = `0x${"0c".repeat(20)}`;
const token = (id: bigint, more: Partial<ManifestToken> = {}): ManifestToken => ({
  id,
  owner: alice,
  uri: `x${String(id)}`,
  ...more,
});
const three = [token(1n), token(2n), token(3n, { owner: "hole", uri: "" })];

function written(
  tokens: readonly ManifestToken[],
  more: Partial<SnapshotResult> = {},
  oldChainId = "31337",
): Promise<RunFolder> {
  return writtenSnapshot(temporaryDirectory(), { oldChainId, oldContract }, tokens, more);
}

function plan(run: RunFolder, options: Partial<PlanOptions> = {}): Promise<PlanResult> {
  return planMigration(run, { chain: chainOf(anvil), owner, ...options });
}

async function audited(run: RunFolder, answers: Readonly<Record<string, string>>): Promise<void> {
  const list = Object.entries(answers).map(([id, answer]) => ({
    ...{ id, answer, question: "?", evidence: "", severity: "none", list: [], method: "eth_call with code overrides" },
  }));
  const head = {
    address: oldContract,
    chainId: "31337",
    block: { number: "1", hash: `0x${"b1".repeat(32)}` },
    answers: list,
  };
  const audit = { step: "audit", run: run.run, report: head, warnings: [] };
  writeFileSync(join(run.directory, "audit.json"), JSON.stringify(audit));
  const read: AuditResult | undefined = await run.read("audit");
  expect(read).toBeDefined();
}

describe("planMigration", { timeout: 30_000 }, () => {
  it("commits to the manifest's tokens, and planBatches makes the same of it", async () => {
    const run = await written(three, { pattern: { base: "x", suffix: "", tokens: 2 } });
    const planned = await plan(run);
    const { batches, proofOf, manifest } = await planBatches(run);
    const tokens = [token(1n), token(2n), token(3n, { owner: "hole", uri: "" })];
    const { root } = commitBatches({ oldChainId: 31_337, oldContract, batches: [tokens] });
    expect(planned).toMatchObject({ root, count: 3, baseURI: "x", windowStart: "0", windowSize: "16777216" });
    expect(batches.map((batch) => batch.tokens)).toEqual([tokens]);
    expect(batches.map(({ kind }) => kind)).toEqual(["packed"]);
    expect(proofOf(2n)).toHaveLength(2);
    expect(manifest.size).toBe(3);
    expect(planned.leftBehind.join(" ")).toContain("1 burned id stays burned");
    const [half, now, twice] = planned.fees.map(({ total }) => BigInt(total));
    expect(now).toBe(BigInt(planned.gas.total) * BigInt(planned.fees[1]?.perGas ?? 0));
    expect(twice).toBe(2n * (now ?? 0n));
    expect(half).toBeLessThan(now ?? 0n);
  });

  it("keeps the plan that fits, and makes another where more was asked", async () => {
    const run = await written(three);
    const first = await plan(run);
    expect(await plan(run)).toEqual(first);
    const named = await plan(run, { name: "Another" });
    expect(named).toMatchObject({ name: "Another", root: first.root });
    expect((await run.read("plan"))?.name).toBe("Another");
  });

  it("finds that plan or manifest were altered", async () => {
    const run = await written(three);
    const planned = await plan(run);
    const altered: readonly PlanResult[] = [
      { ...planned, root: `0x${"11".repeat(32)}` },
      { ...planned, count: 2 },
      { ...planned, batches: planned.batches.slice(1) },
      { ...planned, batches: planned.batches.map((batch) => ({ ...batch, first: 1 })) },
    ];
    for (const each of altered)
      expect(await failureOf(planBatches(run, each))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
    const path = join(run.directory, "manifest.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").replace('"x2"', '"x9"'));
    expect(await failureOf(planBatches(run))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
    expect(await failureOf(plan(run, { name: "B" }))).toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
  });

  const impossible = { code: "ERR_MIGRATION_PLAN_IMPOSSIBLE" };
  const waiting = [token(1n), token(2n, { owner: "door" })];

  it("refuses a freeze while tokens wait at the door, unless a pause lets transfers through", async () => {
    const run = await written(waiting);
    expect(await failureOf(plan(run, { willFreeze: true }))).toMatchObject(impossible);
    await audited(run, { "pause.now": "yes" });
    expect(await failureOf(plan(run))).toMatchObject(impossible);
    await audited(run, { "pause.now": "yes", "pause.stops.transferFrom": "no" });
    expect(await plan(run, { willFreeze: true })).toMatchObject({ count: 2 });
  });

  it("refuses a door to another chain", async () => {
    expect(await failureOf(plan(await written(waiting, {}, "1")))).toMatchObject(impossible);
  });

  it("refuses to compare owners where that cannot be, or proves nothing", async () => {
    const compared = { compareWithOld: true };
    expect(await failureOf(plan(await written(three, {}, "1"), compared))).toMatchObject(impossible);
    const remapped = [token(1n, { remappedFrom: owner })];
    expect(await failureOf(plan(await written(remapped), compared))).toMatchObject(impossible);
    const run = await written(three);
    await audited(run, { "stranger.mintWithTokenURI": "yes" });
    expect(await failureOf(plan(run, compared))).toMatchObject(impossible);
  });

  it.each([
    ["an owner that is none", { owner: "0x1" }, "ERR_CHAIN_ADDRESS_INVALID"],
    ["the zero address", { owner: `0x${"0".repeat(40)}` }, "ERR_CONFIG_INVALID"],
    ["no senders", { senders: 0 }, "ERR_CONFIG_INVALID"],
    ["a limit that is none", { limits: { bytes: 0 } }, "ERR_CONFIG_INVALID"],
  ])("refuses %s", async (_, options, code) => {
    expect(await failureOf(plan(await written(three), options))).toMatchObject({ code });
  });
});
