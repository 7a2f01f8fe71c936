import { checkRules } from "./check-rules.ts";
import { compileRule, type CompiledRule } from "./compile-rule.ts";
import { address, amount, fieldsOf, integer, listOf, oneOf, type Place, text } from "./rule-fields.ts";
import type { PolicyOptions, TypedDataPermission } from "./rules.ts";

/** The configuration, checked. */
export interface PolicyConfig {
  readonly rules: readonly CompiledRule[];
  /** Undefined: none was given. Contracts in lower case. */
  readonly typedData: readonly TypedDataPermission[] | undefined;
  readonly messages: "allow" | "deny";
  readonly digests: "allow" | "deny" | undefined;
  readonly delegates: ReadonlySet<string> | undefined;
  readonly feeBudget: { readonly perTenantPerDay?: bigint; readonly perUserPerDay?: bigint };
  /** Chain names by chain id. */
  namesOf(chainId: number | null): readonly string[] | undefined;
  /** All of them; undefined: not known here. */
  readonly chainNames: readonly string[] | undefined;
}

export interface ConfiguredChain {
  readonly name: string;
  readonly chainId: number;
}

/** @throws `ERR_CONFIG_INVALID` naming rule and field. */
export function checkConfig(
  options: PolicyOptions | undefined,
  chains: readonly ConfiguredChain[] | undefined,
): PolicyConfig {
  const names = ["rules", "typedData", "messages", "digests", "delegates", "feeBudget"];
  const fields = fieldsOf(options ?? {}, names, { rule: "", field: "" });
  const chainNames = chains?.map(({ name }) => name);
  const given = <T>(name: string, read: (value: unknown, place: Place) => T): T | undefined =>
    fields[name] === undefined ? undefined : read(fields[name], { rule: "", field: name });
  const rules = given("rules", (value) => checkRules(value, "rules", chainNames)) ?? [];
  const delegates = given("delegates", (value, place) => listOf(value, place, address));
  return {
    rules: rules.map((rule) => compileRule("config", rule)),
    typedData: given("typedData", (value, place) => listOf(value, place, checkPermission)),
    messages: given("messages", (value, place) => oneOf(value, place, ["allow", "deny"])) ?? "allow",
    digests: given("digests", (value, place) => oneOf(value, place, ["allow", "deny"])),
    delegates: delegates === undefined ? undefined : new Set(delegates),
    feeBudget: given("feeBudget", checkBudget) ?? {},
    namesOf: (chainId) => {
      const found = (chains ?? []).flatMap((chain) => (chain.chainId === chainId ? [chain.name] : []));
      return found.length === 0 ? undefined : found;
    },
    chainNames,
  };
}

function checkPermission(value: unknown, place: Place): TypedDataPermission {
  const fields = fieldsOf(value, ["primaryType", "verifyingContract", "chainId"], place);
  const at = (name: string): Place => ({ ...place, field: `${place.field}.${name}` });
  const { primaryType, verifyingContract, chainId } = fields;
  return {
    primaryType: text(primaryType, at("primaryType")),
    ...(verifyingContract === undefined
      ? {}
      : { verifyingContract: address(verifyingContract, at("verifyingContract")) }),
    ...(chainId === undefined ? {} : { chainId: integer(chainId, at("chainId"), 1, Number.MAX_SAFE_INTEGER) }),
  };
}

function checkBudget(value: unknown, place: Place): PolicyConfig["feeBudget"] {
  const fields = fieldsOf(value, ["perTenantPerDay", "perUserPerDay"], place);
  const at = (name: string): Place => ({ ...place, field: `${place.field}.${name}` });
  const { perTenantPerDay, perUserPerDay } = fields;
  return {
    ...(perTenantPerDay === undefined ? {} : { perTenantPerDay: amount(perTenantPerDay, at("perTenantPerDay")) }),
    ...(perUserPerDay === undefined ? {} : { perUserPerDay: amount(perUserPerDay, at("perUserPerDay")) }),
  };
}
