import { isLatchkeyError } from "../../errors/latchkey-error.ts";
import type { LogFields } from "../../ports/logger.ts";

/** What a log line may say of an error: its code, or its kind where it has none. */
export function reasonFor(error: unknown): LogFields {
  if (isLatchkeyError(error)) return { code: error.code };
  return { error: error instanceof Error ? error.name : typeof error };
}
