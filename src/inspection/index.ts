export { type AuditTarget, auditCollection } from "./audit/audit-collection.ts";
export { type AuditTable, auditTable } from "./audit/audit-table.ts";
export type { AuditAnswer, AuditReport, AuditSeverity, AuditTopic } from "./audit/report.ts";
export { checkConformance, type ConformanceTarget } from "./conformance/check-conformance.ts";
export { type ConformanceTable, conformanceTable } from "./conformance/conformance-table.ts";
export type { GivenRoles } from "./conformance/find-roles.ts";
export type { CheckOutcome, CheckResult, CheckTopic, ConformanceReport, FindingMethod } from "./conformance/report.ts";
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
