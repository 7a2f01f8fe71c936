import type { Figures } from "../suite.ts";
import { flatFigures } from "../suite.ts";

/**
 * One line for each figure that is not what it was: its name, the old value and the new one, and the change in
 * percent. Empty if all are the same.
 */
export function differences(before: Figures, after: Figures): readonly string[] {
  const old = new Map(flatFigures(before));
  const now = new Map(flatFigures(after));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const was = old.get(name);
    const is = now.get(name);
    if (was === is) return [];
    if (was === undefined) return [`${name}: new, ${String(is)}`];
    if (is === undefined) return [`${name}: gone, was ${String(was)}`];
    const percent = ((is - was) / was) * 100;
    return [`${name}: ${String(was)} -> ${String(is)} (${percent > 0 ? "+" : ""}${percent.toFixed(2)} %)`];
  });
}
