import type { EncodedIntent } from "../ports/intent.ts";

/** What takes a nonce and does nothing. */
export function cancelIntent(address: string): EncodedIntent {
  return { kind: "cancel", to: address, value: 0n, data: "0x", function: null, args: [], token: null, errors: [] };
}
