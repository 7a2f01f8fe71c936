import type { ConformanceReport } from "./report.ts";

/** A report as text for a terminal: what to print above, beside each other and below. */
export interface ConformanceTable {
  readonly heading: readonly string[];
  readonly columns: readonly ["check", "outcome", "requirement", "found"];
  /** One a check, in the checklist's order; texts without line breaks. */
  readonly rows: readonly (readonly [string, string, string, string])[];
  readonly footing: readonly string[];
}

export function conformanceTable(report: ConformanceReport): ConformanceTable {
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
