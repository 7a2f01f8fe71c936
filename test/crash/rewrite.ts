import { type AwaitPoint, findPoints } from "./find-points.ts";

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Of several at one place: closing ones first, then the outer opening before the inner. */
  readonly order: number;
}

/**
 * The same code, passing a point before each wait and another after it. Lines stay where they are.
 *
 * @param runtime - URL of the module that has the points.
 */
export function rewrite(text: string, file: string, runtime: string): string {
  const insertions = findPoints(text, file).flatMap((point, index) => insertionsFor(point, index));
  insertions.sort((one, other) => one.at - other.at || one.order - other.order);
  let result = "";
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    result += text.slice(from, at) + inserted;
    from = at;
  }
  return `import * as $points from ${JSON.stringify(runtime)};${result}${text.slice(from)}`;
}

function insertionsFor(point: AwaitPoint, index: number): Insertion[] {
  const name = JSON.stringify(point.name);
  const { operandStart, operandEnd, start, end } = point;
  switch (point.kind) {
    case "await":
      // What is waited for begins after the first point, and at once: nothing is put off where nobody is killed.
      return [
        { at: start, text: `($points.before(${name}) ? await $points.never() : undefined, `, order: index },
        { at: operandStart, text: `$points.after(${name}, `, order: index },
        { at: operandEnd, text: ")", order: -index - 1 },
        { at: end, text: ")", order: -index },
      ];
    case "for-await":
      return [
        { at: operandStart, text: `$points.iterate(${name}, `, order: index },
        { at: operandEnd, text: ")", order: -index - 1 },
      ];
    case "await-using":
      return [
        { at: operandStart, text: `$points.disposable(${name}, `, order: index },
        { at: operandEnd, text: ")", order: -index - 1 },
      ];
  }
}
