import { isRecord } from "../../units/is-record.ts";
import { toJson } from "../json.ts";
import { checkRules } from "./check-rules.ts";
import type { PolicyRule } from "./rules.ts";

/** Checked rules as JSON: amounts are decimal text. */
export function encodeRules(rules: readonly PolicyRule[]): string {
  return toJson(rules);
}

/** @param text - whose MAC was verified: this code wrote it. */
export function decodeRules(text: string): readonly PolicyRule[] {
  const parsed: unknown = JSON.parse(text);
  const rules = Array.isArray(parsed) ? parsed.map(withAmounts) : parsed;
  // A chain that a stored rule names may have left the configuration since.
  return checkRules(rules, "rules", undefined);
}

function withAmounts(rule: unknown): unknown {
  if (!isRecord(rule)) return rule;
  const { maxValue, limit, ...rest } = rule;
  return {
    ...rest,
    ...(typeof maxValue === "string" ? { maxValue: BigInt(maxValue) } : {}),
    ...(isRecord(limit) ? { limit: { ...limit, value: BigInt(String(limit["value"])) } } : {}),
  };
}
