import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeReport } from "../../../src/migration/report/write-report.ts";
import { openRun } from "../../../src/migration/run-folder.ts";
import { temporaryDirectory } from "../../harness/temporary-directory.ts";
import { writtenSnapshot } from "../plan/written-snapshot.ts";
import { readHtml, textOf } from "./read-html.ts";
import { finished, identity } from "./results.ts";

// The report in a run's folder. Budget: 2 s.

const owner = `0x${"a1".repeat(20)}`;
const tokens = [1n, 2n, 3n].map((id) => ({ id, owner, uri: `ipfs://${String(id)}` }));

describe("writeReport", () => {
  it("writes both files into a folder in which nothing was done yet", async () => {
    const run = await openRun(temporaryDirectory(), identity);
    const { html, json } = await writeReport(run);
    expect([html, json]).toEqual([join(run.directory, "report.html"), join(run.directory, "report.json")]);
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({ tokens: null, verified: false, transactions: 0 });
    expect(textOf(readHtml(readFileSync(html, "utf8")))).toContain("audit, snapshot, plan");
  });

  it("counts owners from the manifest, and is written anew as the run goes on", async () => {
    const run = await writtenSnapshot(temporaryDirectory(), identity, tokens);
    await writeReport(run);
    const first = await run.needed("report");
    expect(first.topOwners).toEqual([{ address: owner, tokens: 3 }]);
    expect(first.missingSteps).toContain("deployment");
    await run.write("deployment", { ...finished.deployment, run: run.run });
    await writeReport(run);
    const second = await run.needed("report");
    expect(second).toMatchObject({ newContract: finished.deployment.address, transactions: 1 });
    expect(second.missingSteps).not.toContain("deployment");
  });

  it("shows nothing of a manifest that was altered", async () => {
    const run = await writtenSnapshot(temporaryDirectory(), identity, tokens);
    const manifest = join(run.directory, "manifest.jsonl");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace("ipfs://2", "ipfs://4"));
    await expect(writeReport(run)).rejects.toMatchObject({ code: "ERR_MIGRATION_FILE_INVALID" });
    expect(await run.read("report")).toBeUndefined();
  });
});
