import { isObject } from "./quantity.ts";

// Whoever calls from JavaScript may have given anything.

export function isTransport(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["origin"] === "string" &&
    typeof value["request"] === "function" &&
    typeof value["close"] === "function"
  );
}

export function isKeyScheme(value: unknown): boolean {
  return isObject(value) && typeof value["addressOf"] === "function" && typeof value["parseAddress"] === "function";
}
