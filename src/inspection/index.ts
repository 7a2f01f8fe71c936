export { auditCollection } from "./audit/audit-collection.ts";
export { auditTable } from "./audit/audit-table.ts";
export type { AuditAnswer, AuditReport, AuditSeverity, AuditTopic } from "./audit/report.ts";
export { checkConformance } from "./conformance/check-conformance.ts";
export { conformanceTable } from "./conformance/conformance-table.ts";
export type { CheckResult, CheckTopic, ConformanceReport } from "./conformance/report.ts";
export type { CheckOutcome, FindingMethod } from "./scene/finding.ts";
export type { GivenRoles } from "./scene/find-roles.ts";
export type { InspectionTarget, ReportHead, ReportTable } from "./scene/target.ts";
export type { ReplicaFactory } from "./simulation/open-simulation.ts";
export type { BlockTag, PinnedBlock } from "./simulation/pinned-block.ts";
export type {
  SimulatedCall,
  SimulatedLog,
  SimulatedResult,
  SimulationMethod,
  Simulator,
} from "./simulation/simulator.ts";
export type { Transport } from "../ports/transport.ts";
