import type { EncodedIntent } from "../../ports/intent.ts";
import { toQuantity } from "./chain-state.ts";

/** What an intent does, as nodes take it for a call and for an estimate. */
export function callOf({ to, data, value }: EncodedIntent, from: string): Readonly<Record<string, string>> {
  return { from, ...(to === null ? {} : { to }), data, value: toQuantity(value) };
}
