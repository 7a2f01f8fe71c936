import { reasonOf, type NamedCall } from "../scene/kip17-calls.ts";
import type { Parts } from "../scene/story.ts";
import { defaultGas } from "../simulation/simulator.ts";

/** What to find out: whether one call works after others, and what views say then. */
export interface Plot {
  /** Have to work; otherwise nothing is found out. */
  readonly opening?: readonly NamedCall[];
  readonly act: NamedCall;
  readonly then?: readonly NamedCall[];
  /** Runtime code by address. */
  readonly code?: Readonly<Record<string, string>>;
}

export type Attempt =
  | {
      readonly isReached: true;
      readonly worked: boolean;
      /** Why it did not work, such as `reverts without data`. */
      readonly why: string;
      /** What the act returned; undefined where that is not what its type allows. */
      readonly value: unknown;
      /** What the views say; undefined for one that fails. */
      readonly values: readonly unknown[];
    }
  | { readonly isReached: false; readonly why: string };

/** Plays one plot in one simulation. */
export async function attempt(
  { simulator, encode }: Parts,
  { opening = [], act, then = [], code }: Plot,
): Promise<Attempt> {
  const lines = [...opening, act, ...then];
  const calls = lines.map(encode);
  const results = await simulator.run(calls, code);
  for (const [index, line] of opening.entries()) {
    const result = results[index];
    if (result?.succeeded === true) continue;
    const why = result === undefined ? "is not played" : `reverts ${reasonOf(result, line.gas ?? defaultGas)}`;
    return { isReached: false, why: `${plain(line.function)}, which has to come before, ${why}` };
  }
  const result = results[opening.length];
  const values = lines.map((_, index) => {
    const each = results[index];
    return each === undefined ? undefined : calls[index]?.decode(each);
  });
  if (result === undefined) return { isReached: false, why: `${plain(act.function)} is not played` };
  return {
    isReached: true,
    worked: result.succeeded,
    why: result.succeeded ? "works" : `reverts ${reasonOf(result, act.gas ?? defaultGas)}`,
    value: values[opening.length],
    values: values.slice(opening.length + 1),
  };
}

/** A function's name without its types. */
function plain(name: string): string {
  return name.replace(/\(.*/, "");
}

export function isSameAddress(one: unknown, other: unknown): boolean {
  return typeof one === "string" && typeof other === "string" && one.toLowerCase() === other.toLowerCase();
}
