import { join } from "node:path";
import { writeWhole } from "../files.ts";
import { readManifest } from "../manifest.ts";
import type { RunFolder } from "../run-folder.ts";
import type { ManifestToken, StepOptions } from "../types.ts";
import { documentOf } from "./document.ts";
import { reportOf } from "./report-of.ts";
import { tallyOwners } from "./tally-owners.ts";

/**
 * Writes what the run has come to as `report.html`, one file that asks nobody for anything, and as `report.json`. Works
 * after each step: what is not done yet is named there. Nobody is asked, nothing is sent.
 *
 * @returns the paths of both.
 * @throws `ERR_MIGRATION_FILE_INVALID`; `ERR_MIGRATION_FILE_FAILED`.
 */
export async function writeReport(
  run: RunFolder,
  { onProgress, signal }: StepOptions = {},
): Promise<{ readonly html: string; readonly json: string }> {
  const results = {
    run: run.run,
    identity: run.identity,
    audit: await run.read("audit"),
    snapshot: await run.read("snapshot"),
    plan: await run.read("plan"),
    rehearsal: await run.read("rehearsal"),
    freeze: await run.read("freeze"),
    deployment: await run.read("deployment"),
    mint: await run.read("mint"),
    verification: await run.read("verification"),
    seal: await run.read("seal"),
  };
  const { snapshot } = results;
  async function* counted(manifest: AsyncIterable<ManifestToken>): AsyncGenerator<ManifestToken> {
    let done = 0;
    for await (const token of manifest) {
      signal?.throwIfAborted();
      yield token;
      done += 1;
      if (done % 10_000 === 0) onProgress?.({ step: "report", done, unit: "tokens" });
    }
  }
  const tally = snapshot === undefined ? undefined : await tallyOwners(counted(readManifest(run)));
  const report = reportOf(results, tally);
  const html = join(run.directory, "report.html");
  await writeWhole(html, documentOf(report, results));
  await run.write("report", report);
  return { html, json: join(run.directory, "report.json") };
}
