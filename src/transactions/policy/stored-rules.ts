import { checkRules } from "./check-rules.ts";
import { isFields } from "./rule-fields.ts";
import type { PolicyRule } from "./rules.ts";

/** Checked rules as JSON: amounts are decimal text. */
export function encodeRules(rules: readonly PolicyRule[]): string {
  return JSON.stringify(rules, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** @param text - whose MAC was verified: this code wrote it. */
export function decodeRules(text: string): readonly PolicyRule[] {
  const parsed: unknown = JSON.parse(text);
  const rules = Array.isArray(parsed) ? parsed.map(withAmounts) : parsed;
  // A chain that a stored rule names may have left the configuration since.
  return checkRules(rules, "rules", undefined);
}

function withAmounts(rule: unknown): unknown {
  if (!isFields(rule)) return rule;
  const { maxValue, limit, ...rest } = rule;
  return {
    ...rest,
    ...(typeof maxValue === "string" ? { maxValue: BigInt(maxValue) } : {}),
    ...(isFields(limit) ? { limit: { ...limit, value: BigInt(String(limit["value"])) } } : {}),
  };
}
