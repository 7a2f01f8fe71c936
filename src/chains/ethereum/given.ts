import { isRecord } from "../../units/is-record.ts";

// Whoever calls from JavaScript may have given anything.

export function isTransport(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value["origin"] === "string" &&
    typeof value["request"] === "function" &&
    typeof value["close"] === "function"
  );
}

export function isKeyScheme(value: unknown): boolean {
  return isRecord(value) && typeof value["addressOf"] === "function" && typeof value["parseAddress"] === "function";
}
