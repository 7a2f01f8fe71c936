import { LatchkeyError } from "../../errors/latchkey-error.ts";
import { isRecord } from "../../units/is-record.ts";
import { selectorOfSignature } from "./calldata.ts";

// Rules come from JavaScript, from configuration files and from the database: nothing is taken on trust, and nothing unknown is passed
// over, since a misspelt field is a rule that does not hold.

export type Fields = Readonly<Record<string, unknown>>;

/** Where a value stands, for messages. */
export interface Place {
  /** Of the rule; empty outside rules. */
  readonly rule: string;
  readonly field: string;
}

const largest = 2n ** 256n - 1n;
const addressPattern = /^0x[0-9a-f]{40}$/;
const selectorPattern = /^0x[0-9a-f]{8}$/;
const signaturePattern = /^[A-Za-z_$][\w$]*\([\w$,()[\]]*\)$/;

export function invalid({ rule, field }: Place, what: string): LatchkeyError {
  const where = rule === "" ? `policy.${field}` : `The policy's rule "${rule}": ${field}`;
  return new LatchkeyError("ERR_CONFIG_INVALID", `${where} ${what}. Nothing was changed.`, {
    context: rule === "" ? { field } : { rule, field },
  });
}

/** @throws `ERR_CONFIG_INVALID` not an object, or with other fields than these. */
export function fieldsOf(value: unknown, names: readonly string[], place: Place): Fields {
  if (!isRecord(value)) throw invalid(place, "is not an object");
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    const shown = name.slice(0, 40);
    throw invalid(
      { ...place, field: place.field === "" ? shown : `${place.field}.${shown}` },
      `is no field that is known (${names.join(", ")})`,
    );
  }
  return value;
}

export function listOf<T>(value: unknown, place: Place, parse: (item: unknown, place: Place) => T): readonly T[] {
  if (!Array.isArray(value)) throw invalid(place, "is not a list");
  return value.map((item: unknown, at) => parse(item, { ...place, field: `${place.field}[${String(at)}]` }));
}

/** As `listOf`, of at least one: an empty list of whom a rule is for would be a rule for nobody. */
export function filledListOf<T>(value: unknown, place: Place, parse: (item: unknown, at: Place) => T): readonly T[] {
  const list = listOf(value, place, parse);
  if (list.length === 0) throw invalid(place, "is empty: leave it out to mean all");
  return list;
}

export function text(value: unknown, place: Place): string {
  if (typeof value === "string" && value.length > 0 && value.length <= 256 && value.isWellFormed()) return value;
  throw invalid(place, "is not text of 1 to 256 characters");
}

/** In lower case. */
export function address(value: unknown, place: Place): string {
  const lower = typeof value === "string" ? value.toLowerCase() : "";
  if (addressPattern.test(lower)) return lower;
  throw invalid(place, "is not an address: 0x and 40 hexadecimal digits");
}

export function amount(value: unknown, place: Place): bigint {
  if (typeof value === "bigint" && value >= 0n && value <= largest) return value;
  throw invalid(place, "is not a bigint of base units, from 0 to 2^256 - 1");
}

export function integer(value: unknown, place: Place, least: number, most: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw invalid(place, `is not a whole number from ${String(least)} to ${String(most)}`);
}

export function oneOf<const T extends string>(value: unknown, place: Place, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw invalid(place, `is none of ${words.map((word) => `"${word}"`).join(", ")}`);
}

/** Four bytes as 0x and eight digits. */
export function selector(value: unknown, place: Place): string {
  if (typeof value === "string") {
    const lower = value.toLowerCase();
    if (selectorPattern.test(lower)) return lower;
    if (signaturePattern.test(value)) return selectorOfSignature(canonical(value, place));
  }
  throw invalid(place, "is neither four bytes such as 0xa9059cbb nor a signature such as transfer(address,uint256)");
}

/** `uint` means `uint256` to everybody but the hash. */
function canonical(signature: string, place: Place): string {
  if (/[(,](?:u?int|fixed|ufixed|byte)(?=[,)[])/.test(signature)) {
    throw invalid(place, "has a type that is short for another: write uint256 or int256");
  }
  return signature;
}

/** @throws `ERR_CONFIG_INVALID` unless it is text of 1 to 500 characters. */
export function checkReason(reason: unknown): string {
  if (typeof reason === "string" && reason.length > 0 && reason.length <= 500 && reason.isWellFormed()) return reason;
  throw new LatchkeyError(
    "ERR_CONFIG_INVALID",
    "The reason of a freeze or its end is text of 1 to 500 characters. Nothing was changed.",
  );
}
