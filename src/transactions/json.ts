import { isRecord } from "../units/is-record.ts";
import { isHex } from "../units/bytes.ts";
import type { Reservation } from "./policy/policy.ts";
import type { Payload, Trouble } from "./record.ts";

/** JSON with bigints as decimal text: where each of them stands is known to whoever reads it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? member.toString() : member));
}

const kinds: readonly string[] = ["transfer", "memo", "token", "call", "data", "deploy", "cancel"];
const speeds: readonly string[] = ["slow", "standard", "fast"];

/** Reads a stored payload; undefined where it is none: whoever wrote it was not Latchkey. */
export function parsePayload(text: string): Payload | undefined {
  const parsed = parse(text);
  return isPayloadJson(parsed)
    ? {
        intent: {
          ...parsed.intent,
          value: BigInt(parsed.intent.value),
          token:
            parsed.intent.token === null
              ? null
              : { ...parsed.intent.token, amount: BigInt(parsed.intent.token.amount) },
        },
        options: {
          ...parsed.options,
          feeCeiling: parsed.options.feeCeiling === null ? null : BigInt(parsed.options.feeCeiling),
          gasLimit: parsed.options.gasLimit === null ? null : BigInt(parsed.options.gasLimit),
        },
      }
    : undefined;
}

/** Text in the place of bigints. */
type Json<T> = T extends bigint
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends `0x${string}`
      ? T
      : T extends object
        ? { readonly [Key in keyof T]: Json<T[Key]> }
        : T;

function isPayloadJson(value: unknown): value is Json<Payload> {
  if (!isRecord(value)) return false;
  const { intent, options } = value;
  if (!isRecord(intent) || !isRecord(options)) return false;
  const { token } = intent;
  const isIntent =
    typeof intent["kind"] === "string" &&
    kinds.includes(intent["kind"]) &&
    isTextOrNull(intent["to"]) &&
    isDecimal(intent["value"]) &&
    isHex(intent["data"]) &&
    isTextOrNull(intent["function"]) &&
    Array.isArray(intent["args"]) &&
    Array.isArray(intent["errors"]) &&
    (token === null ||
      (isRecord(token) &&
        typeof token["contract"] === "string" &&
        typeof token["to"] === "string" &&
        isDecimal(token["amount"])));
  return (
    isIntent &&
    typeof options["speed"] === "string" &&
    speeds.includes(options["speed"]) &&
    (options["feeCeiling"] === null || isDecimal(options["feeCeiling"])) &&
    (options["gasLimit"] === null || isDecimal(options["gasLimit"])) &&
    typeof options["feePayer"] === "string" &&
    (options["feeRatio"] === null || Number.isInteger(options["feeRatio"])) &&
    (options["format"] === null || options["format"] === "ethereum" || options["format"] === "kaia")
  );
}

/** Undefined where it is no list of reservations. */
export function parseReservations(text: string): readonly Reservation[] | undefined {
  const parsed = parse(text);
  if (!Array.isArray(parsed)) return undefined;
  const read: Reservation[] = [];
  for (const each of parsed) {
    if (!isReservationJson(each)) return undefined;
    read.push({ ...each, amount: BigInt(each.amount) });
  }
  return read;
}

function isReservationJson(value: unknown): value is Json<Reservation> {
  return (
    isRecord(value) &&
    typeof value["scope"] === "string" &&
    Number.isSafeInteger(value["bucketMs"]) &&
    isDecimal(value["amount"]) &&
    (value["what"] === "value" || value["what"] === "fee")
  );
}

export function parseTrouble(code: string | null, text: string | null): Trouble | null {
  if (code === null) return null;
  const parsed = parse(text ?? "{}");
  if (!isRecord(parsed)) return { code, message: code, context: {} };
  const { message, context } = parsed;
  return {
    code,
    message: typeof message === "string" ? message : code,
    context: isRecord(context) ? scalarsIn(context) : {},
  };
}

export function scalarsIn(
  context: Readonly<Record<string, unknown>>,
): Record<string, string | number | boolean | null> {
  const scalars: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(context)) {
    if (typeof value === "bigint") scalars[name] = value.toString();
    else if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      scalars[name] = value;
  }
  return scalars;
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isDecimal(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,80}$/.test(value);
}
