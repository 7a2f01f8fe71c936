import type { ReportTable } from "../scene/target.ts";
import type { AuditReport } from "./report.ts";

export function auditTable(report: AuditReport): ReportTable {
  const { address, chainId, block, method, fallbackReason, codeHash, counts, answers } = report;
  return {
    heading: [
      `Audit of ${address} on chain ${chainId}`,
      `Block ${block.number} (${block.hash}), by ${method}. Nothing was sent.`,
      ...(fallbackReason === undefined ? [] : [fallbackReason]),
      codeHash === null ? "There is no code at this address." : `Code hash ${codeHash}.`,
    ],
    columns: ["severity", "question", "answer", "evidence"],
    rows: answers.map((each) => {
      const listed = each.list.length === 0 ? "" : `: ${each.list.join(" ")}`;
      const how = each.method === method || each.method === "none" ? "" : ` (by ${each.method})`;
      const severity = each.severity === "none" ? "-" : each.severity;
      return [severity, each.question, each.answer, `${each.evidence}${listed}${how}`] as const;
    }),
    footing: [`${String(counts.high)} high, ${String(counts.medium)} medium, ${String(counts.low)} low`],
  };
}
