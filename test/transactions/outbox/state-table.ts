import { stateMeanings, transitions } from "../../../src/transactions/states.ts";

const begin = "<!-- states -->";
const end = "<!-- /states -->";

/** The states and the steps between them as docs/transactions.md has them between its markers. */
export function stateTables(): string {
  const states = Object.entries(stateMeanings).map(([state, meaning]) => [`\`${state}\``, meaning]);
  const steps = transitions.map(({ from, step, to, when }) => [
    from.map((state) => `\`${state}\``).join(", "),
    step,
    `\`${to}\``,
    when,
  ]);
  return `${tableOf(["state", "meaning"], states)}\n\n${tableOf(["from", "step", "to", "when"], steps)}`;
}

/**
 * What a document has to say between the markers and does not: undefined where it says what the code does. The width of columns does not
 * matter.
 */
export function stateTableFault(markdown: string): string | undefined {
  const [, ...rest] = markdown.split(begin);
  const [shown, ...after] = (rest[0] ?? "").split(end);
  if (rest.length !== 1 || after.length !== 1 || shown === undefined)
    return `Put ${begin} and ${end} there, once each.`;
  return plain(shown) === plain(stateTables()) ? undefined : `Between the markers belongs:\n\n${stateTables()}`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function plain(table: string): string {
  return table
    .trim()
    .replaceAll(/ *\| */g, "|")
    .replaceAll(/-{3,}/g, "---");
}
