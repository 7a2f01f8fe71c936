import type { StepOptions } from "../../migration/types.ts";
import type { MigrationContext } from "./context.ts";

/** How far a step has come is told, and it can be stopped. */
export function stepOptions({ onProgress, signal }: MigrationContext): StepOptions {
  return { onProgress, signal };
}
