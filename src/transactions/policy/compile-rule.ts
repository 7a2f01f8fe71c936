import type { Subject } from "../../ports/policy-gate.ts";
import { denied } from "./refusals.ts";
import type { PolicyRule } from "./rules.ts";
import type { Spending } from "./spending.ts";

/** A rule that was checked, ready to be asked often. */
export interface CompiledRule {
  /** Where it stands: `config`, or the subject of the stored row. Names are unique within it. */
  readonly origin: string;
  readonly rule: PolicyRule;
  /** `native`, or a token's contract in lower case. */
  readonly asset: string;
  /** Whether it is for this subject on some chain. */
  isFor(subject: Subject): boolean;
  /** @param chains - names of the chain; undefined: it is not known which, and then every rule holds. */
  isOn(chains: readonly string[] | undefined): boolean;
  /** @throws `ERR_POLICY_DENIED` for anything but the rolling limit. */
  require(spending: Spending): void;
}

export function compileRule(origin: string, rule: PolicyRule): CompiledRule {
  const { name, users, services, chains, asset = "native", maxValue } = rule;
  const isForAll = users === undefined && services === undefined;
  const ids = new Set(users);
  const names = new Set(services);
  const chainNames = chains === undefined ? undefined : new Set(chains);
  const requireDestinations = destinationsOf(rule);
  const requireSelector = selectorsOf(rule);
  return {
    origin,
    rule,
    asset,
    isFor: (subject) => isForAll || (subject.kind === "user" ? ids.has(subject.userId) : names.has(subject.name)),
    isOn: (given) =>
      chainNames === undefined || given === undefined || given.some((chainName) => chainNames.has(chainName)),
    require: (spending) => {
      requireDestinations(spending);
      requireSelector(spending);
      if (maxValue === undefined && rule.limit === undefined) return;
      const value = amountOf(spending, asset);
      if (value === null) throw denied(name, "limits what may be moved, and this is an unlimited amount");
      if (maxValue !== undefined && value > maxValue) {
        throw denied(name, `allows ${String(maxValue)} in one transaction, and this is ${String(value)}`, {
          limit: maxValue,
          value,
        });
      }
    },
  };
}

/** What is moved of an asset, all together; null where one of the amounts is unlimited. */
export function amountOf({ amounts }: Spending, asset: string): bigint | null {
  let sum = 0n;
  for (const each of amounts) {
    if (each.asset !== asset) continue;
    if (each.amount === null) return null;
    sum += each.amount;
  }
  return sum;
}

function destinationsOf({ name, allowTo, denyTo }: PolicyRule): (spending: Spending) => void {
  const allowed = allowTo === undefined ? undefined : new Set(allowTo);
  const refused = new Set(denyTo);
  return ({ destinations, isDeployment }) => {
    const bad = destinations.find((each) => refused.has(each));
    if (bad !== undefined) throw denied(name, `refuses the destination ${bad}`, { to: bad });
    if (allowed === undefined) return;
    if (isDeployment) throw denied(name, "lists destinations, and a deployment has none");
    const unknown = destinations.find((each) => !allowed.has(each));
    if (unknown !== undefined) throw denied(name, `does not list the destination ${unknown}`, { to: unknown });
  };
}

function selectorsOf({ name, allowSelectors, denySelectors }: PolicyRule): (spending: Spending) => void {
  const allowed = allowSelectors === undefined ? undefined : new Set(allowSelectors);
  const refused = new Set(denySelectors);
  return ({ selector, isDeployment }) => {
    if (isDeployment && allowed !== undefined) throw denied(name, "lists functions, and a deployment calls none");
    if (selector === undefined) return;
    if (selector !== null && refused.has(selector)) {
      throw denied(name, `refuses the function ${selector}`, { selector });
    }
    if (allowed === undefined || (selector !== null && allowed.has(selector))) return;
    throw denied(name, `does not list the function ${selector ?? "that the data asks for"}`, { selector });
  };
}
