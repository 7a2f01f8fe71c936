import { isRecord } from "../units/is-record.ts";
import type { EthersSigner } from "../chains/evm/index.ts";
import { invalidRequest } from "./accounts-refusal.ts";

type Arguments = Parameters<EthersSigner["signTypedData"]>;
type Field = Arguments[1][string][number];

/** In ethers' words. */
export interface TypedData {
  readonly domain: Arguments[0];
  readonly types: Arguments[1];
  readonly message: Arguments[2];
}

/** In the order in which they are hashed. Spec: EIP-712, "Definition of domainSeparator". */
const domainFields = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
  { name: "salt", type: "bytes32" },
] as const;

/**
 * Reads what `eth_signTypedData_v4` is given: an object, or its JSON text. ethers finds out the primary type for itself and takes all of
 * the domain; here both are as the request declares them.
 *
 * @throws `ERR_CHAIN_INTENT_INVALID`.
 */
export function parseTypedData(given: unknown): TypedData {
  const { domain, types, primaryType, message } = objectIn(typeof given === "string" ? fromJson(given) : given);
  const { EIP712Domain, ...own } = objectIn(types);
  const structs = new Map(Object.entries(own).map(([name, fields]) => [name, fieldsIn(fields)]));
  if (typeof primaryType !== "string" || !structs.has(primaryType)) throw malformed();
  return {
    domain: domainIn(objectIn(domain), EIP712Domain === undefined ? undefined : fieldsIn(EIP712Domain)),
    types: Object.fromEntries(
      [...reachable(structs, primaryType)].map((name) => [name, [...(structs.get(name) ?? [])]]),
    ),
    message: objectIn(message),
  };
}

/** The struct and those that it is made of: others may be declared and are not signed. */
function reachable(
  structs: ReadonlyMap<string, readonly Field[]>,
  name: string,
  found = new Set<string>(),
): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const { type } of structs.get(name) ?? []) {
    const struct = type.replace(/\[.*$/, "");
    if (structs.has(struct)) reachable(structs, struct, found);
  }
  return found;
}

function domainIn(
  given: Readonly<Record<string, unknown>>,
  declared: readonly Field[] | undefined,
): TypedData["domain"] {
  const fields = domainFields.filter(({ name, type }) =>
    declared === undefined
      ? (given[name] ?? null) !== null
      : declared.some((field) => field.name === name && field.type === type),
  );
  // Another field, type or order would be hashed otherwise than ethers does it.
  const isUsual = declared?.every((field, index) => field.name === fields[index]?.name) ?? true;
  if (!isUsual || Object.keys(given).some((name) => domainFields.every((field) => field.name !== name)))
    throw invalidRequest("has a domain with other fields than EIP-712 names, or in another order");
  return Object.fromEntries(
    fields.map(({ name }) => {
      const value = given[name];
      if (typeof value === "string" || (name === "chainId" && Number.isSafeInteger(value))) return [name, value];
      throw invalidRequest("has a domain with a missing or malformed field");
    }),
  );
}

function fieldsIn(value: unknown): readonly Field[] {
  const fields: readonly unknown[] = Array.isArray(value) ? value : [null];
  return fields.map((field) => {
    const { name, type } = objectIn(field);
    if (typeof name === "string" && typeof type === "string") return { name, type };
    throw malformed();
  });
}

function objectIn(value: unknown): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw malformed();
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

function malformed(): Error {
  return invalidRequest("has typed data without domain, types, primaryType and message");
}
