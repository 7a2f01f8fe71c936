import type { Step } from "../../migration/types.ts";
import type { MigrationContext } from "./context.ts";
import { doAudit, doPlan, doRehearsal, doSnapshot } from "./look-steps.ts";
import {
  askDeploy,
  askFreeze,
  askMint,
  askSeal,
  doDeploy,
  doFreeze,
  doMint,
  doReport,
  doSeal,
  doVerify,
} from "./send-steps.ts";

/** A step of `kip17 migrate`, and a task of its own. */
export interface MigrationStep {
  readonly step: Step;
  /** What is asked before it; undefined where it sends nothing. */
  readonly question?: (context: MigrationContext) => Promise<string | undefined>;
  /** Does it, and says in lines what came of it. */
  readonly run: (context: MigrationContext) => Promise<string>;
}

/** In their order. */
export const migrationSteps: readonly MigrationStep[] = [
  { step: "audit", run: doAudit },
  { step: "snapshot", run: doSnapshot },
  { step: "plan", run: doPlan },
  { step: "rehearsal", run: doRehearsal },
  { step: "freeze", question: askFreeze, run: doFreeze },
  { step: "deployment", question: askDeploy, run: doDeploy },
  { step: "mint", question: askMint, run: doMint },
  { step: "verification", run: doVerify },
  { step: "seal", question: askSeal, run: doSeal },
  { step: "report", run: doReport },
];
