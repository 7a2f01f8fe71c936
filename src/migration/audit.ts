import { parseAddress } from "../chains/ethereum/scheme.ts";
import { LatchkeyError } from "../errors/latchkey-error.ts";
import { auditCollection } from "../inspection/audit/audit-collection.ts";
import type { AuditReport } from "../inspection/audit/report.ts";
import type { InspectionTarget } from "../inspection/scene/target.ts";
import type { RunFolder } from "./run-folder.ts";
import type { AuditResult, OldCollectionAt, StepOptions } from "./types.ts";

export type AuditOptions = StepOptions & Pick<InspectionTarget, "block" | "roles" | "logsFrom" | "replica">;

/**
 * Audits the old contract, by simulation, and keeps the report. Nothing is sent. An audit that is there is returned as it is.
 *
 * @throws as `auditCollection`; `ERR_MIGRATION_RUN_MISMATCH` the folder is another collection's; `ERR_CHAIN_ID_MISMATCH`;
 * `ERR_MIGRATION_FILE_INVALID`, `ERR_MIGRATION_FILE_FAILED`.
 */
export async function auditOld(
  run: RunFolder,
  old: OldCollectionAt,
  { onProgress, signal, ...target }: AuditOptions = {},
): Promise<AuditResult> {
  const { oldChainId, oldContract } = run.identity;
  if (parseAddress(old.address).toLowerCase() !== oldContract) {
    const what = `The folder holds the run of ${oldContract}, which is not the contract given. Nothing was done; take another folder.`;
    throw new LatchkeyError("ERR_MIGRATION_RUN_MISMATCH", what, { context: { oldContract } });
  }
  const stored = await run.read("audit");
  if (stored !== undefined) return stored;
  signal?.throwIfAborted();
  const report = await auditCollection({ ...target, ...old });
  if (report.chainId !== oldChainId) {
    const what = `The run is of chain ${oldChainId}, but the node serves chain ${report.chainId}. Nothing was written or sent.`;
    throw new LatchkeyError("ERR_CHAIN_ID_MISMATCH", what, {
      context: { configured: oldChainId, served: report.chainId },
    });
  }
  const result: AuditResult = { step: "audit", run: run.run, report, warnings: warningsOf(report) };
  await run.write("audit", result);
  onProgress?.({ step: "audit", done: report.answers.length, total: report.answers.length, unit: "questions" });
  return result;
}

/** What weighs, the worst first; and that it is a proxy, whose code may become another, whatever that weighs. */
function warningsOf({ codeHash, answers }: AuditReport): readonly string[] {
  if (codeHash === null) return ["There is no contract at this address in this block."];
  const ranks = ["high", "medium"] as const;
  const grave = ranks.flatMap((rank) => answers.filter(({ severity }) => severity === rank));
  const proxy = answers.filter(
    (each) => each.id === "ownership.proxy" && each.answer === "yes" && !grave.includes(each),
  );
  return [...grave, ...proxy].map(({ question, answer, evidence }) => `${question} ${answer}: ${evidence}`);
}
