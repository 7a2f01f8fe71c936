import type { Subject } from "../../ports/policy-gate.ts";
import type { SigningRequest } from "../../ports/signing-request.ts";
import type { InnerBook } from "./book.ts";
import type { CompiledRule } from "./compile-rule.ts";
import type { PolicyConfig } from "./config.ts";
import { denied } from "./refusals.ts";
import { feeScopes } from "./scopes.ts";
import { isMereCancellation, type Spending, spendingOfGrants, spendingOfIntent } from "./spending.ts";
import type { Subjects } from "./subjects.ts";

/** What a signature needs of the counters, once everything else was found in order. */
export type Demand =
  | { readonly kind: "none" }
  | { readonly kind: "value"; readonly rules: readonly CompiledRule[]; readonly spending: Spending }
  | { readonly kind: "fee"; readonly maxFee: bigint };

/**
 * Decides on a signature outside the outbox, but for what has to be counted.
 *
 * @throws `ERR_POLICY_DENIED`, `ERR_POLICY_FROZEN`, `ERR_POLICY_TAMPERED`.
 */
export function judge(config: PolicyConfig, subjects: Subjects, subject: Subject, request: SigningRequest): Demand {
  const rules = subjects.rulesOf(subject);
  const hasRules = subjects.hasRules(subject);
  switch (request.kind) {
    case "transaction": {
      const { chainId, intent } = request;
      return isMereCancellation(intent) ? none : spend(config, rules, chainId, spendingOfIntent(intent));
    }
    case "typed-data": {
      const { grants, chainId } = request;
      if (grants !== null) return grants.length === 0 ? none : spend(config, rules, chainId, spendingOfGrants(grants));
      if ((hasRules || config.typedData !== undefined) && !isListed(config, request)) {
        throw denied(
          "typedData",
          `does not list the typed data "${request.primaryType.slice(0, 80)}", which is not recognised`,
        );
      }
      return none;
    }
    case "authorization": {
      const delegate = request.delegate.toLowerCase();
      if ((hasRules || config.delegates !== undefined) && config.delegates?.has(delegate) !== true) {
        throw denied("delegates", `does not list ${delegate}, to which the account would be delegated`, {
          to: delegate,
        });
      }
      return none;
    }
    case "fee":
      return feeScopes(config, subject).length === 0 ? none : { kind: "fee", maxFee: request.maxFee };
    case "message":
      if (config.messages === "deny") throw denied("messages", "refuses every message");
      return none;
    case "digest":
      if ((config.digests ?? (hasRules || isRestricted(config) ? "deny" : "allow")) === "deny") {
        throw denied("digests", "refuses a digest of which nothing is known");
      }
      return none;
  }
}

const none = { kind: "none" } as const;

function spend(
  config: PolicyConfig,
  rules: readonly CompiledRule[],
  chainId: number | null,
  spending: Spending,
): Demand {
  const chains = config.namesOf(chainId);
  const holding = rules.filter((rule) => rule.isOn(chains));
  for (const rule of holding) rule.require(spending);
  if (holding.every(({ rule }) => rule.limit === undefined)) return none;
  return { kind: "value", rules: holding, spending };
}

function isListed({ typedData = [] }: PolicyConfig, request: Extract<SigningRequest, { kind: "typed-data" }>): boolean {
  const { primaryType, verifyingContract, chainId } = request;
  return typedData.some(
    (each) =>
      each.primaryType === primaryType &&
      (each.verifyingContract === undefined || each.verifyingContract === verifyingContract?.toLowerCase()) &&
      (each.chainId === undefined || each.chainId === chainId),
  );
}

/** Whether the configuration refuses something that would pass as a digest. */
function isRestricted({ messages, typedData, delegates }: PolicyConfig): boolean {
  return messages === "deny" || typedData !== undefined || delegates !== undefined;
}

/** Counts what a signature needs, as spent: it may be used at any time. @throws `ERR_POLICY_DENIED`, `ERR_POLICY_TAMPERED`. */
export async function countDemand(book: InnerBook, subject: Subject, demand: Demand, nowMs: number): Promise<void> {
  if (demand.kind === "value") await book.count(demand.rules, { subject, spending: demand.spending, nowMs }, []);
  if (demand.kind === "fee") await book.countFee(subject, demand.maxFee, nowMs, []);
}
