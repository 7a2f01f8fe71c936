import type { AuditReport } from "../../inspection/audit/report.ts";
import type { AuditResult, FreezeResult, SnapshotResult } from "../types.ts";
import { impossible } from "./refusals.ts";

export interface PlanFacts {
  readonly snapshot: SnapshotResult;
  readonly audit: AuditResult | undefined;
  readonly freeze: FreezeResult | undefined;
  readonly chainId: number;
  readonly compareWithOld: boolean;
  /** Whether the old contract is to be paused before the tokens move, and stay so. */
  readonly willFreeze: boolean;
}

/**
 * What no plan can do.
 *
 * @throws `ERR_MIGRATION_PLAN_IMPOSSIBLE`.
 */
export function checkPlan(facts: PlanFacts): void {
  const { snapshot, audit, compareWithOld, chainId } = facts;
  const isSameChain = snapshot.oldChainId === String(chainId);
  if (snapshot.tokens + snapshot.holes + snapshot.door === 0) throw impossible("The snapshot has no tokens.");
  checkDoor(facts, isSameChain);
  if (!compareWithOld) return;
  if (!isSameChain)
    throw impossible("Owners cannot be compared with a contract of another chain: leave compareWithOld out.");
  if (snapshot.remapped > 0)
    throw impossible(
      `${String(snapshot.remapped)} tokens go to another owner than they have, and each would be left at the door: leave compareWithOld out.`,
      { remapped: snapshot.remapped },
    );
  const open = audit === undefined ? [] : strangersMay(audit.report);
  if (open.length > 0)
    throw impossible(
      `By the audit anybody mints on the old contract (${open.join(", ")}), so to hold a token there proves nothing: leave compareWithOld out.`,
      { answers: open.join(", ") },
    );
}

/** A door needs an old contract on this chain that still transfers. */
function checkDoor({ snapshot, audit, freeze, willFreeze }: PlanFacts, isSameChain: boolean): void {
  if (snapshot.door === 0) return;
  const waiting = `${String(snapshot.door)} tokens wait at the door`;
  const context = { door: snapshot.door };
  if (!isSameChain)
    throw impossible(
      `${waiting}, and a door takes tokens of its own chain alone: give them owners by a remap file.`,
      context,
    );
  // Nobody has tried what is not known: then a pause is taken to stop transfers, as it mostly does.
  const stopsTransfers = answerOf(audit?.report, "pause.stops.transferFrom") !== "no";
  const isPaused = freeze?.state === "paused" || answerOf(audit?.report, "pause.now") === "yes";
  if (stopsTransfers && (willFreeze || isPaused))
    throw impossible(
      `${waiting}, and nobody could bring them there while the old contract is paused: give them owners by a remap file, or leave it open.`,
      context,
    );
}

/** The audit's ids of the ways in which a stranger mints. */
function strangersMay(report: AuditReport): readonly string[] {
  return ["stranger.mint", "stranger.mintWithTokenURI", "stranger.otherMints", "stranger.addMinter"].filter(
    (id) => answerOf(report, id) === "yes",
  );
}

/** Undefined where the audit does not know the question, or there is none. */
function answerOf(report: AuditReport | undefined, id: string): string | undefined {
  return report?.answers.find((answer) => answer.id === id)?.answer;
}
