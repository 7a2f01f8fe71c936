import type { EncodedIntent } from "../ports/intent.ts";

/**
 * Whether the bytes about to be signed go where the intent says.
 *
 * @param to - as decoded from the bytes; null deploys, and is what a type without a destination has.
 */
export function isDestination({ kind, to: wanted }: EncodedIntent, to: string | null): boolean {
  if (kind === "cancel" && to === null) return true;
  return wanted === null ? to === null : to?.toLowerCase() === wanted.toLowerCase();
}
