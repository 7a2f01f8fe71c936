import type { ReportTable } from "../scene/target.ts";
import type { ConformanceReport } from "./report.ts";

export function conformanceTable(report: ConformanceReport): ReportTable {
  const { address, chainId, block, method, fallbackReason, roles, counts, checks } = report;
  return {
    heading: [
      `KIP-17 conformance of ${address} on chain ${chainId}`,
      `Block ${block.number} (${block.hash}), by ${method}. Nothing was sent.`,
      ...(fallbackReason === undefined ? [] : [fallbackReason]),
      `Acted as minter ${roles.minter ?? "nobody"}, as pauser ${roles.pauser ?? "nobody"}.`,
    ],
    columns: ["check", "outcome", "requirement", "found"],
    rows: checks.map((check) => {
      const how = check.method === method || check.method === "none" ? "" : ` (by ${check.method})`;
      return [`${check.id}: ${check.title}`, check.outcome, check.requirement, `${check.found}${how}`] as const;
    }),
    footing: [
      Object.entries(counts)
        .map(([outcome, count]) => `${String(count)} ${outcome}`)
        .join(", "),
    ],
  };
}
