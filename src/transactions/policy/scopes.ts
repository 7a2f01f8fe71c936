import type { Subject } from "../../ports/policy-gate.ts";
import { subjectText } from "../senders.ts";
import type { CompiledRule } from "./compile-rule.ts";
import type { PolicyConfig } from "./config.ts";
import type { PolicyLimit } from "./rules.ts";

/** A rule with a rolling limit, and the counter that it uses for some subject. */
export interface LimitScope {
  readonly scope: string;
  readonly compiled: CompiledRule;
  readonly limit: PolicyLimit;
}

/** A fee budget and its counter. */
export interface FeeScope {
  readonly scope: string;
  /** For denials. */
  readonly name: string;
  readonly budget: bigint;
}

/** The limits among rules. A counter belongs to a rule by its name and asset: whoever changes its numbers does not begin anew. */
export function limitScopes(rules: readonly CompiledRule[], subject: Subject): readonly LimitScope[] {
  return rules.flatMap((compiled) => {
    const { limit, name } = compiled.rule;
    if (limit === undefined) return [];
    const who = limit.per === "tenant" ? "tenant" : subjectText(subject);
    return [{ scope: JSON.stringify(["value", compiled.origin, name, compiled.asset, who]), compiled, limit }];
  });
}

export function feeScopes({ feeBudget }: PolicyConfig, subject: Subject): readonly FeeScope[] {
  const { perTenantPerDay, perUserPerDay } = feeBudget;
  const scopes: FeeScope[] = [];
  if (perTenantPerDay !== undefined) {
    scopes.push({ scope: feeScope("tenant"), name: "feeBudget.perTenantPerDay", budget: perTenantPerDay });
  }
  if (perUserPerDay !== undefined) {
    scopes.push({ scope: feeScope(subjectText(subject)), name: "feeBudget.perUserPerDay", budget: perUserPerDay });
  }
  return scopes;
}

function feeScope(who: string): string {
  return JSON.stringify(["fee", who]);
}
