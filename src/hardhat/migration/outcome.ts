import { LatchkeyError } from "../../errors/latchkey-error.ts";
import type { Difference } from "../../migration/types.ts";

/** @param first - shown, where there is one. */
export function notVerified(what: string, count: number, first?: Difference): LatchkeyError {
  const shown = first === undefined ? "" : ` The first: ${sentenceOf(first)}`;
  return new LatchkeyError(
    "ERR_MIGRATION_NOT_VERIFIED",
    `${what} has ${String(count)} differences from the snapshot.${shown} Nothing was sealed; the run's folder has all of them.`,
    { context: { differences: count } },
  );
}

function sentenceOf({ kind, id, expected, found }: Difference): string {
  const of = id === undefined ? "" : ` of token ${id.slice(0, 80)}`;
  return `${kind}${of} is ${found.slice(0, 100)}, expected ${expected.slice(0, 100)}.`;
}

/** `1 token`, `2 tokens`, `1,000 batches`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
