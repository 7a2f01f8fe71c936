import type { Intent } from "../ports/intent.ts";

/**
 * Whether the bytes about to be signed go where the intent says.
 *
 * @param to - as decoded from the bytes; null deploys.
 */
export function isDestination(intent: Intent, to: string | null): boolean {
  const wanted = wantedBy(intent);
  return wanted === null ? to === null : to?.toLowerCase() === wanted.toLowerCase();
}

function wantedBy(intent: Intent): string | null {
  if ("transfer" in intent) return intent.transfer.to;
  if ("call" in intent) return intent.call.to;
  if ("data" in intent) return intent.data.to;
  return null;
}
