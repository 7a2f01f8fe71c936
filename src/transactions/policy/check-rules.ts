import { isRecord } from "../../units/is-record.ts";
import {
  address,
  amount,
  type Fields,
  fieldsOf,
  filledListOf,
  integer,
  invalid,
  listOf,
  oneOf,
  type Place,
  selector,
  text,
} from "./rule-fields.ts";
import type { PolicyLimit, PolicyRule } from "./rules.ts";

const ruleFields = [
  "name",
  "chains",
  "users",
  "services",
  "asset",
  "maxValue",
  "limit",
  "allowTo",
  "denyTo",
  "allowSelectors",
  "denySelectors",
] as const;
const longestName = 64;
const mostRules = 200;
const dayMs = 86_400_000;

/**
 * Rules in one form: addresses in lower case, selectors as four bytes.
 *
 * @param field - where they stand, for messages.
 * @param chains - the configured chains; undefined: any name will do.
 * @throws `ERR_CONFIG_INVALID` naming rule and field.
 */
export function checkRules(value: unknown, field: string, chains: readonly string[] | undefined): PolicyRule[] {
  const place = { rule: "", field };
  const list = listOf(value, place, (item, at) => checkRule(item, at, chains));
  if (list.length > mostRules) throw invalid(place, `has more than ${String(mostRules)} rules`);
  for (const [at, { name }] of list.entries()) {
    if (list.findIndex((other) => other.name === name) !== at) {
      throw invalid({ rule: name, field: "name" }, "is another rule's too");
    }
  }
  return [...list];
}

function checkRule(value: unknown, at: Place, chains: readonly string[] | undefined): PolicyRule {
  const named = isRecord(value) ? value["name"] : undefined;
  if (!isRecord(value)) throw invalid(at, "is not an object");
  if (typeof named !== "string" || named.length === 0 || named.length > longestName || !named.isWellFormed()) {
    throw invalid({ ...at, field: `${at.field}.name` }, `is not text of 1 to ${String(longestName)} characters`);
  }
  const fields = fieldsOf(value, ruleFields, { rule: named, field: "" });
  const { parse } = parserOf(fields, named);
  const rule: PolicyRule = {
    name: named,
    ...parse("chains", (given, place) => filledListOf(given, place, (item, where) => chainName(item, where, chains))),
    ...parse("users", (given, place) => filledListOf(given, place, text)),
    ...parse("services", (given, place) => filledListOf(given, place, text)),
    ...parse("asset", (given, place) => (given === "native" ? "native" : address(given, place))),
    ...parse("maxValue", amount),
    ...parse("limit", (given, place) => checkLimit(given, place)),
    ...parse("allowTo", (given, place) => listOf(given, place, address)),
    ...parse("denyTo", (given, place) => listOf(given, place, address)),
    ...parse("allowSelectors", (given, place) => listOf(given, place, selector)),
    ...parse("denySelectors", (given, place) => listOf(given, place, selector)),
  };
  const says = ["maxValue", "limit", "allowTo", "denyTo", "allowSelectors", "denySelectors"] as const;
  if (says.every((name) => rule[name] === undefined)) {
    throw invalid({ rule: named, field: says.join(", ") }, "are all left out: the rule says nothing");
  }
  return rule;
}

/** Reads a field that may be left out into an object with it alone. */
function parserOf(fields: Fields, rule: string) {
  return {
    parse: <const Name extends string, T>(
      name: Name,
      read: (value: unknown, place: Place) => T,
    ): Partial<Record<Name, T>> => {
      const value = fields[name];
      const found: Partial<Record<string, T>> =
        value === undefined ? {} : { [name]: read(value, { rule, field: name }) };
      return found;
    },
  };
}

function checkLimit(given: unknown, place: Place): PolicyLimit {
  const fields = fieldsOf(given, ["value", "windowMs", "per"], place);
  const at = (name: string): Place => ({ ...place, field: `${place.field}.${name}` });
  return {
    value: amount(fields["value"], at("value")),
    windowMs: integer(fields["windowMs"], at("windowMs"), 1_000, 366 * dayMs),
    per: oneOf(fields["per"], at("per"), ["user", "tenant"]),
  };
}

function chainName(value: unknown, place: Place, chains: readonly string[] | undefined): string {
  const name = text(value, place);
  if (chains === undefined || chains.includes(name)) return name;
  throw invalid(place, "is not the name of a configured chain");
}
