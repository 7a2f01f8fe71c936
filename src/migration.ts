// The entry `latchkey/migration`: the steps as functions, and the outbox that they send through where no Latchkey is open.
export { errorCodes, type ErrorCode } from "./errors/codes.ts";
export { isLatchkeyError, LatchkeyError } from "./errors/latchkey-error.ts";
export { auditOld, type AuditOptions } from "./migration/audit.ts";
export { deployNew, type DeployOptions } from "./migration/deploy.ts";
export { freezeOld, type FreezeOptions } from "./migration/freeze.ts";
export { mintAll, type MintOptions } from "./migration/mint/mint-all.ts";
export { orderTokens, type OrderedTokens, type UriPattern } from "./migration/order.ts";
export { type BatchesToMint, type BatchToMint, planBatches } from "./migration/plan/plan-batches.ts";
export { planMigration, type PlanOptions } from "./migration/plan/plan-migration.ts";
export { type LocalReplica, rehearse, type RehearseOptions } from "./migration/rehearse/rehearse.ts";
export { parseRemap, readRemapFile, type RemapFile } from "./migration/remap.ts";
export { writeReport } from "./migration/report/write-report.ts";
export { openRun, type RunFolder, type RunIdentity } from "./migration/run-folder.ts";
export { sealNew, type SealOptions } from "./migration/seal.ts";
export type { SnapshotOptions } from "./migration/snapshot/options.ts";
export { takeSnapshot } from "./migration/snapshot/take-snapshot.ts";
export type {
  AuditResult,
  BatchLimits,
  BlockName,
  DeploymentResult,
  Difference,
  FreezeResult,
  ManifestToken,
  MigrationSender,
  MintResult,
  NewCollectionAt,
  OwnerKind,
  OldCollectionAt,
  PlannedBatch,
  PlanResult,
  Progress,
  RehearsalResult,
  ReportedTransaction,
  ReportResult,
  Results,
  SealResult,
  SentHandle,
  SnapshotResult,
  Step,
  StepOptions,
  VerificationResult,
} from "./migration/types.ts";
export { steps } from "./migration/types.ts";
export { verifyMigration, type VerifyOptions } from "./migration/verify/verify-migration.ts";
export { type MigrationSenders, openMigrationSenders, type MigrationSendersOptions } from "./open-migration.ts";
export type { Clock } from "./units/clock.ts";
